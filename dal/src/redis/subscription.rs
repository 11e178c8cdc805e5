//! A subscription that is maintained: a lost one is noticed and restored.

use std::{sync::Arc, time::Duration};

use futures_util::StreamExt as _;
use redis::{RedisResult, Value, aio::PubSub};
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{Redis, RedisSettings, link::Link};

/// An event of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Heard {
    /// The server has confirmed the subscription: from now on no message is missed.
    Begun,
    /// A message.
    Message(Vec<u8>),
    /// The connection is gone: messages are missed from some moment before now.
    Lost,
}

/// A subscription. Ends when dropped.
#[derive(Debug)]
pub(crate) struct Subscription {
    // dropped with the subscription, and ends the task
    _task: JoinSet<()>,
}

impl Redis {
    /// Subscribes to a channel in the background, with retries. `None`: there is no server. Must run inside a Tokio runtime.
    pub(crate) fn subscribe(
        &self,
        channel: &'static str,
        heard: impl FnMut(Heard) + Send + 'static,
    ) -> Option<Subscription> {
        let link = Arc::clone(self.link.as_ref()?);
        let mut task = JoinSet::new();
        task.spawn(run(link, self.settings.clone(), channel, heard));
        Some(Subscription { _task: task })
    }
}

async fn run(link: Arc<Link>, settings: RedisSettings, channel: &'static str, mut heard: impl FnMut(Heard) + Send) {
    let wait = settings.connect_timeout + settings.response_timeout;
    loop {
        if let Ok(Ok(subscribed)) = timeout(wait, subscribe(&link, channel)).await {
            heard(Heard::Begun);
            until_lost(subscribed, wait, settings.probe_pause * 10, &mut heard).await;
            heard(Heard::Lost);
        }
        sleep(settings.probe_pause).await;
    }
}

async fn subscribe(link: &Link, channel: &str) -> RedisResult<PubSub> {
    let mut connection = link.subscriber().await?;
    connection.subscribe(channel).await?;
    Ok(connection)
}

/// Passes messages on until the connection is closed, or does not answer within `wait` after a silence of `silence`: a
/// connection that was cut off is not closed.
async fn until_lost(subscribed: PubSub, wait: Duration, silence: Duration, heard: &mut impl FnMut(Heard)) {
    let (mut sink, mut messages) = subscribed.split();
    loop {
        tokio::select! {
            message = messages.next() => match message {
                Some(message) => heard(Heard::Message(message.get_payload_bytes().to_vec())),
                None => return,
            },
            () = sleep(silence) => match timeout(wait, sink.ping::<Value>()).await {
                Ok(Ok(_)) => {}
                Ok(Err(_)) | Err(_) => return,
            },
        }
    }
}
