//! Fills the cache in the background each time the client comes online. protocol/05 §9

use tokio::time::sleep;

use crate::{
    client::{Client, Presence},
    error::CallError,
};

/// Runs until the client shuts down. A fill ends with its connection.
pub(crate) async fn keep_filled(client: Client) {
    let inner = &client.inner;
    let mut presence = inner.presence.subscribe();
    let work = async {
        loop {
            let online = presence.wait_for(|now| matches!(now, Presence::Online { .. }));
            if online.await.is_err() {
                return;
            }
            let connection = inner.online_connection();
            let over = presence.wait_for(|now| {
                matches!(now, Presence::Offline) || inner.online_connection() != connection
            });
            tokio::select! {
                () = fill_once(&client) => {}
                _ = over => {}
            }
        }
    };
    tokio::select! {
        () = work => {}
        () = inner.closing.cancelled() => {}
    }
}

/// Fills the caches, and then never ends.
async fn fill_once(client: &Client) {
    if let Err(error) = fill(client).await {
        tracing::debug!(%error, "the caches are not filled: they are filled on demand");
    }
    std::future::pending::<()>().await;
}

/// Fetches the friends, the groups and the members of each group that are not cached, one request after the other.
async fn fill(client: &Client) -> Result<(), CallError> {
    client.friends(false).await?;
    let groups = client.groups(false).await?;
    for group in groups.iter().take(super::MAX_MEMBER_LISTS) {
        if client.inner.cache.members(group.uin).is_some() {
            continue;
        }
        match client.members(group.uin, false).await {
            Err(error @ (CallError::Offline | CallError::Disconnected { .. })) => {
                return Err(error);
            }
            // The account may have left the group.
            Err(error) => {
                tracing::debug!(group = %group.uin, %error, "the members cannot be fetched");
            }
            Ok(_) => {}
        }
        sleep(client.inner.config.timings.fill).await;
    }
    tracing::info!(groups = groups.len(), "the caches are filled");
    Ok(())
}
