//! What IAM must allow for versions of a layer. They have no tags: their layer's name says whose they are.

use super::name::Place;
use super::{Call, LayerVersion};
use crate::aws::Id;
use crate::aws::required_actions::{self, RequiredAction, RequiredActions, anywhere, on};
use crate::name::{Address, Owner, Site};

const USERS: &[&str] = &["lambda:ListFunctions"];

impl RequiredActions for LayerVersion {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        match call {
            Call::Publish(input) => {
                [on(layer(id), &["lambda:PublishLayerVersion"]), input.content.required_actions(id)].concat()
            }
            Call::Delete(input) => {
                let version = format!("{}:{}", layer(id), required_actions::pattern(&input.version_number));
                [on(version, &["lambda:DeleteLayerVersion"]), anywhere(USERS)].concat()
            }
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        let (publish, delete) = (&["lambda:PublishLayerVersion"], &["lambda:DeleteLayerVersion"]);
        [on(layer(id), publish), on(versions(id), delete), anywhere(USERS)].concat()
    }

    /// Nothing but the answer that also gives a link to the zip says what a version is made from.
    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        [anywhere(&["lambda:ListLayerVersions"]), on(versions(id), &["lambda:GetLayerVersion"])].concat()
    }

    fn actions_to_plan(id: &Id) -> Vec<RequiredAction> {
        [Self::actions_to_read(id), anywhere(USERS)].concat()
    }

    fn actions_to_list(_: &Site, _: &Owner) -> Vec<RequiredAction> {
        anywhere(&["lambda:ListLayerVersions", "lambda:ListLayers"])
    }
}

/// The layer's ARN.
fn layer(id: &Id) -> String {
    id.site.arn("lambda", &format!("layer:{}", Place::of(&id.name).layer))
}

/// All its versions.
fn versions(id: &Id) -> String {
    format!("{}:*", layer(id))
}

/// Any version of the layer of which this is the address of one.
pub fn any_version(site: &Site, owner: &Owner, address: &Address) -> String {
    let name = format!("{}{}", owner.prefix(), address.name);
    site.arn("lambda", &format!("layer:{}:*", Place::of(&name).layer))
}
