//! The ids that AWS gives requests, for the receipt and for AWS Support.
//!
//! Successful answers do not contain the id in a form that all services share, so it is taken from the HTTP response
//! itself. Only clients that change something record it, and only for the task that waits for it.

use std::cell::RefCell;
use std::future::Future;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};

/// How many ids of a call with many requests are kept.
const KEPT: usize = 100;

tokio::task_local! {
    static NOTED: RefCell<Requests>;
}

/// The requests that one call took: one, but for calls that put files and that empty a bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Requests {
    /// How many left.
    pub count: u64,
    /// How many objects they have deleted.
    pub objects: u64,
    /// Their ids, in order, `None` where no answer came; of very many, the first ones and the last.
    pub ids: Vec<Option<String>>,
}

impl Requests {
    fn sent(&mut self) -> Number {
        self.count += 1;
        if self.ids.len() == KEPT {
            self.ids.pop();
        }
        self.ids.push(None);
        Number(self.count)
    }

    /// Several may be under way at a time.
    fn answered(&mut self, Number(number): Number, id: Option<String>) {
        let is_first = usize::try_from(number).is_ok_and(|number| number < KEPT);
        let place = if is_first { usize::try_from(number).unwrap_or(KEPT) } else { KEPT };
        if (is_first || number == self.count)
            && let Some(kept) = self.ids.get_mut(place - 1)
        {
            *kept = id;
        }
    }
}

/// Which request of a call this is, from 1 on.
#[derive(Debug, Clone, Copy)]
struct Number(u64);

impl Storable for Number {
    type Storer = StoreReplace<Self>;
}

/// Notes every request and the id of its response.
#[derive(Debug, Clone, Copy)]
pub struct Noted;

// Outside of `noting` nobody waits for what is noted: so it is no error that there is no place for it.
impl Intercept for Noted {
    fn name(&self) -> &'static str {
        "request id"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Ok(number) = NOTED.try_with(|noted| noted.borrow_mut().sent()) {
            bag.interceptor_state().store_put(number);
        }
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(number) = bag.load::<Number>().copied() {
            let _ = NOTED.try_with(|noted| noted.borrow_mut().answered(number, of(context.response())));
        }
        Ok(())
    }
}

/// Counts objects that a call has deleted.
pub fn deleted(objects: usize) {
    let _ = NOTED.try_with(|noted| noted.borrow_mut().objects += objects as u64);
}

/// The id in a response's headers.
pub fn of(response: &Response) -> Option<String> {
    let headers = response.headers();
    ["x-amzn-requestid", "x-amz-request-id"].iter().find_map(|name| headers.get(*name)).map(str::to_owned)
}

/// What a call gives, and the requests that it took.
pub async fn noting<T>(call: impl Future<Output = T>) -> (T, Requests) {
    let noted = async {
        let given = call.await;
        (given, NOTED.with(RefCell::take))
    };
    NOTED.scope(RefCell::default(), noted).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_very_many_requests_the_first_ids_and_the_last_are_kept() {
        let mut requests = Requests::default();
        for number in 0..250 {
            let sent = requests.sent();
            requests.answered(sent, Some(number.to_string()));
        }
        requests.sent();
        assert_eq!((requests.count, requests.ids.len()), (251, KEPT));
        assert_eq!((requests.ids[0].as_deref(), requests.ids[KEPT - 1].as_deref()), (Some("0"), None));
        assert_eq!(requests.ids[KEPT - 2].as_deref(), Some("98"));
    }

    #[test]
    fn each_of_several_requests_under_way_gets_its_own_id() {
        let mut requests = Requests::default();
        let sent: Vec<Number> = (0..150).map(|_| requests.sent()).collect();
        for number in sent.iter().rev().filter(|Number(number)| *number != 3) {
            requests.answered(*number, Some(number.0.to_string()));
        }
        let found = |at: usize| requests.ids[at].as_deref();
        assert_eq!([found(0), found(1), found(2), found(3)], [Some("1"), Some("2"), None, Some("4")]);
        assert_eq!((requests.ids.len(), found(KEPT - 2), found(KEPT - 1)), (KEPT, Some("99"), Some("150")));
    }
}
