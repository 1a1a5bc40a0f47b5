//! Everything that needs more than one module: real clients against real emulators.

#[path = "../support/support.rs"]
mod support;

mod act;
mod action;
mod apigateway;
mod app;
mod authorization;
mod base;
mod bootstrap;
mod budget;
mod cloudwatch;
mod command;
mod config;
mod drift;
mod dynamodb;
mod emulator;
mod example;
mod faults;
mod forge;
mod fuzz;
mod iam;
mod lag;
mod lambda;
mod lifecycle;
mod logs;
mod model;
mod oidc;
mod planner;
mod policy;
mod provenance;
mod proxy;
mod publish;
mod pull_request;
mod receipt;
mod refusals;
mod s3;
mod sns;
mod stepfunctions;
mod synthetic;
mod together;
mod wafv2;
mod walls;
mod watch;
mod window;
mod workflows;
