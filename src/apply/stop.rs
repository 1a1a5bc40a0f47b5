//! The request to stop an apply between two calls.

use std::time::Duration;

use tokio::sync::watch;

/// Asked to stop: no new calls.
#[derive(Debug, Default)]
pub struct Stop(watch::Sender<bool>);

impl Stop {
    /// Asks.
    pub fn ask(&self) {
        self.0.send_replace(true);
    }

    /// True if somebody has asked.
    pub fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    /// Ends when somebody asks.
    pub async fn asked(&self) {
        // The sender lives as long as `self`, so that this cannot end before somebody asks.
        let _ = self.0.subscribe().wait_for(|asked| *asked).await;
    }

    /// Sleeps, but not once somebody has asked.
    pub async fn sleep(&self, duration: Duration) {
        tokio::select! {
            () = tokio::time::sleep(duration) => {}
            () = self.asked() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_pause_ends_when_somebody_asks() {
        let (stop, start) = (Stop::default(), tokio::time::Instant::now());
        stop.sleep(Duration::from_secs(5)).await;
        assert_eq!((start.elapsed().as_secs(), stop.is_asked()), (5, false));
        tokio::join!(stop.sleep(Duration::from_secs(3600)), async { stop.ask() });
        stop.sleep(Duration::from_secs(3600)).await;
        assert_eq!((start.elapsed().as_secs(), stop.is_asked()), (5, true));
    }
}
