//! The highway on the wire port: frames with blocks of files, over TCP or in HTTP requests. protocol/03 §3

use std::{io, sync::Arc, time::Duration};

use bytes::BytesMut;
use nekonap_media::hash;
use nekonap_wire::{
    command,
    highway::{self, Block, DATA_UP, ECHO, Frame, LARGEST_BODY, LARGEST_HEAD, Outcome},
    proto::media::{HighwayRequestHead, HighwayResponseHead},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::OwnedSemaphorePermit,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::listen::Shared;
use crate::{
    journal::{Entry, Kind},
    refusal::{Refusal, code},
    services::media::highway as service,
};

/// Maximum size of a frame in bytes.
pub(super) const LARGEST_FRAME: usize = LARGEST_HEAD + LARGEST_BODY + 10;
/// Timeout between frames.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// Serves frames on a TCP connection until either side closes it. `permit` is released with the first accepted block.
pub(super) async fn serve(
    stream: TcpStream,
    shared: Arc<Shared>,
    cancel: CancellationToken,
    permit: OwnedSemaphorePermit,
) {
    tokio::select! {
        () = cancel.cancelled() => {}
        ended = serve_frames(stream, &shared, permit) => {
            if let Err(error) = ended {
                tracing::debug!(%error, "a highway connection ended with an error");
            }
        }
    }
}

async fn serve_frames(
    mut stream: TcpStream,
    shared: &Shared,
    permit: OwnedSemaphorePermit,
) -> io::Result<()> {
    let mut permit = Some(permit);
    let mut received = BytesMut::new();
    loop {
        let invalid = |error| io::Error::new(io::ErrorKind::InvalidData, error);
        while let Some(frame) = highway::split(&mut received).map_err(invalid)? {
            match answer(shared, &frame).await {
                Answer::Send { bytes, accepted } => {
                    if accepted {
                        permit = None;
                    }
                    stream.write_all(&bytes).await?;
                }
                Answer::Close => return Ok(()),
            }
        }
        match timeout(IDLE_TIMEOUT, stream.read_buf(&mut received)).await {
            Err(_) => return Err(io::ErrorKind::TimedOut.into()),
            Ok(Ok(0)) => return Ok(()),
            Ok(read) => read?,
        };
        // Held until the first block is accepted.
        let _ = &permit;
    }
}

/// What happens after a frame.
pub(super) enum Answer {
    /// The answer is sent.
    Send {
        bytes: Vec<u8>,
        /// Whether the ticket was accepted.
        accepted: bool,
    },
    /// The connection is closed: the head cannot be decoded, or a fault wants it.
    Close,
}

/// Executes a frame.
pub(super) async fn answer(shared: &Shared, frame: &Frame) -> Answer {
    let Ok(head) = HighwayRequestHead::read(&frame.head) else {
        return Answer::Close;
    };
    let outcome = match head.command() {
        DATA_UP => match take(shared, &head, frame).await {
            Ok(Some(outcome)) => outcome,
            Ok(None) => return Answer::Close,
            Err(refusal) => Outcome::Refused(refused(refusal)),
        },
        ECHO => Outcome::Accepted,
        other => {
            let text = format!("the highway does not know the command {other:?}");
            Outcome::Refused(command::Refusal::new(code::NO_SERVICE, text))
        }
    };
    let accepted = head.command() == DATA_UP && !matches!(outcome, Outcome::Refused(_));
    let answer = HighwayResponseHead::new(&head, &outcome);
    Answer::Send {
        bytes: highway::encode(&answer, b""),
        accepted,
    }
}

/// Takes a block. `None` if a fault drops the answer.
async fn take(
    shared: &Shared,
    head: &HighwayRequestHead,
    frame: &Frame,
) -> Result<Option<Outcome>, Refusal> {
    let block = head.read_block()?;
    check(&block, &frame.body)?;
    let begun = block.clone();
    let (partial, swallowed, delay) = shared
        .world_actor
        .ask(move |world| {
            if let Some(refusal) = world.faults.refuse(DATA_UP) {
                return Err(refusal);
            }
            let partial = service::begin(world, &begun)?;
            let swallowed = world.faults.swallow(DATA_UP);
            Ok((partial, swallowed, world.faults.delay(DATA_UP)))
        })
        .await?;
    let (offset, body) = (block.offset, frame.body.clone());
    let written = tokio::task::spawn_blocking(move || partial.write(offset, &body)).await;
    let whole = written
        .map_err(|error| Refusal::broken(&error))?
        .map_err(|error| Refusal::broken(&error))?;
    let mut denied = None;
    if let Some(whole) = whole {
        let entry = Entry::new(Some(block.account), Kind::Call, DATA_UP);
        denied = shared
            .world_actor
            .ask_and_note(entry, move |world| service::finish(world, &block, whole))
            .await?;
    }
    if swallowed {
        return Ok(None);
    }
    if let Some(delay) = delay {
        tokio::time::sleep(delay).await;
    }
    Ok(Some(denied.map_or(Outcome::Accepted, Outcome::Denied)))
}

/// Compares the body of a frame with its head.
fn check(block: &Block, body: &[u8]) -> Result<(), Refusal> {
    if u32::try_from(body.len()) != Ok(block.length) {
        return Err(Refusal::bad_request(
            "`data_length` is not the length of the body",
        ));
    }
    if block
        .offset
        .checked_add(block.length.into())
        .is_none_or(|end| end > block.file_size)
    {
        return Err(Refusal::bad_request("the block is outside the file"));
    }
    if hash(body).md5 != block.md5 {
        return Err(Refusal::bad_request("the block has another MD5"));
    }
    Ok(())
}

fn refused(refusal: Refusal) -> command::Refusal {
    if refusal.is_broken() {
        tracing::error!(error = refusal.text, "an upload failed");
    }
    refusal.into()
}
