//! Everything that needs more than one module: real clients against real emulators.

#![allow(clippy::disallowed_methods, reason = "tests make files, start programs and wait")]

#[path = "../support/support.rs"]
mod support;

mod act;
mod action;
mod app;
mod authorization;
mod base;
mod bootstrap;
mod budget;
mod cache;
mod child;
mod code;
mod command;
mod deliver;
mod drift;
mod emulator;
mod endpoint;
mod event_app;
mod events;
mod example;
mod faults;
mod firewall;
mod forge;
mod fuzz;
mod hidden;
mod kind;
mod lag;
mod lifecycle;
mod limits;
mod made_up;
mod mistakes;
mod model;
mod next;
mod oidc;
mod outside;
mod planner;
mod policy;
mod printed;
mod progress;
mod provenance;
mod proxy;
mod publish;
mod pull_request;
mod receipt;
mod recorded;
mod refusals;
mod rehearse;
mod remaining;
mod rest_api;
mod synthetic;
mod terminal;
mod together;
mod unasked;
mod unread;
mod verified;
mod walls;
mod watch;
mod what;
mod window;
mod words;
mod workflow_rights;
mod workflows;
