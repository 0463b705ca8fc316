//! Uploads by highway: blocks in flight, resumed after a cut on another connection, another form, or another server.
//! protocol/03 §3

use std::{
    collections::{BTreeSet, VecDeque},
    io::SeekFrom,
    time::{Duration, Instant},
};

use bytes::{Bytes, BytesMut};
use nekonap_ids::Uin;
use nekonap_media::hash;
use nekonap_wire::{
    codes,
    command::Refusal,
    commands::media::GetHighwayServers,
    highway::{self, BLOCK, Block, Frame, Outcome},
    proto::media::{HighwayRequestHead, HighwayResponseHead, HighwayServersRequest},
};
use prost::Message as _;
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt},
    net::TcpStream,
    sync::Mutex,
    time::timeout,
};

use super::LocalFile;
use crate::{client::Client, config::Address, connection, error::CallError};

/// Server that is used if the answer names none. protocol/03 §3.1
const FALLBACK: (&str, u16) = ("htdata3.qq.com", 80);
/// How long a ticket is used. protocol/03 §3.1
const TICKET_LIFETIME: Duration = Duration::from_secs(43_200);
/// Blocks that are sent before the first of them is answered. protocol/03 §3.6
const IN_FLIGHT: usize = 4;
/// Tries of a server in a row in which no block is accepted. The last one uses HTTP.
const TRIES: u32 = 3;
/// The pause after a failed try is this long for each try so far. protocol/03 §3.8
const PAUSE: Duration = Duration::from_millis(300);
/// Timeout of writing a block, and of its answer.
const BLOCK_TIMEOUT: Duration = Duration::from_secs(30);
/// Timeout of the answer to the last block: the server files the upload then.
const LAST_TIMEOUT: Duration = Duration::from_secs(120);
/// Timeout of a whole upload. protocol/03 §3.8
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(1_200);

/// Ticket and servers of the highway.
#[derive(Default)]
pub(crate) struct KeptHighway(Mutex<Option<HighwaySession>>);

#[derive(Clone)]
struct HighwaySession {
    account: Uin,
    ticket: Bytes,
    servers: Vec<Address>,
    since: Instant,
}

/// What a file is uploaded for.
#[derive(Default, Clone, Copy)]
pub struct HighwayUpload<'a> {
    /// Number of the purpose (protocol/03 §3.5).
    pub command_id: u32,
    /// `ext_info` of every block.
    pub extension: &'a [u8],
    /// Key in place of the account's ticket, for purposes that have their own.
    pub key: Option<&'a [u8]>,
    /// Is called with the number of bytes that the server has accepted, each time it rises.
    pub progress: Option<&'a (dyn Fn(u64) + Send + Sync)>,
}

impl Client {
    /// Uploads a file by highway. protocol/03 §3
    ///
    /// # Errors
    /// [`CallError::File`] if the file cannot be read or has changed, [`CallError::Transfer`] if no server takes it,
    /// [`CallError::TimedOut`] after 20 minutes, [`CallError::Refused`] if the server refuses it.
    pub async fn upload_by_highway(
        &self,
        file: &LocalFile,
        upload: HighwayUpload<'_>,
    ) -> Result<(), CallError> {
        let run = Box::pin(self.try_highway(file, upload));
        match timeout(UPLOAD_TIMEOUT, run).await {
            Ok(done) => done,
            Err(_) => Err(CallError::TimedOut),
        }
    }

    async fn try_highway(
        &self,
        file: &LocalFile,
        upload: HighwayUpload<'_>,
    ) -> Result<(), CallError> {
        let (session, kept) = self.highway_session(false).await?;
        let refused = match self.transfer(file, &upload, &session).await {
            Err(CallError::Refused(refusal)) if kept && upload.key.is_none() => refusal,
            done => return done,
        };
        // The ticket may have lapsed.
        tracing::debug!(%refused, "an upload was refused; trying once more with a new ticket");
        let (session, _) = self.highway_session(true).await?;
        self.transfer(file, &upload, &session).await
    }

    /// Ticket and servers, and whether they were fetched before.
    async fn highway_session(&self, renew: bool) -> Result<(HighwaySession, bool), CallError> {
        let account = self.inner.myself()?.uin;
        let mut kept = self.inner.highway.0.lock().await;
        if let Some(session) = &*kept
            && !renew
            && session.account == account
            && session.since.elapsed() < TICKET_LIFETIME
        {
            return Ok((session.clone(), true));
        }
        let request = HighwayServersRequest::new();
        let reply = self
            .inner
            .session()?
            .call::<GetHighwayServers>(&request)
            .await?;
        let ticket = reply
            .ticket()
            .ok_or_else(|| CallError::Malformed("no upload ticket".to_owned()))?;
        let mut servers: Vec<Address> = reply.servers().into_iter().map(Address::from).collect();
        if servers.is_empty() {
            servers.push(Address::new(FALLBACK.0, FALLBACK.1));
        }
        let session = HighwaySession {
            account,
            ticket,
            servers,
            since: Instant::now(),
        };
        *kept = Some(session.clone());
        Ok((session, false))
    }

    async fn transfer(
        &self,
        file: &LocalFile,
        upload: &HighwayUpload<'_>,
        session: &HighwaySession,
    ) -> Result<(), CallError> {
        let opened = File::open(&file.path).await;
        let source = opened.map_err(|error| CallError::File(error.to_string()))?;
        let ticket = upload
            .key
            .map_or_else(|| session.ticket.clone(), Bytes::copy_from_slice);
        let count = file.hashes.size.div_ceil(BLOCK.into());
        let mut transfer = Transfer {
            client: self,
            source,
            block: Block {
                account: session.account,
                command_id: upload.command_id,
                file_size: file.hashes.size,
                file_md5: file.hashes.md5,
                offset: 0,
                length: 0,
                md5: [0; 16],
                ticket,
                extension: Bytes::copy_from_slice(upload.extension),
            },
            left: (0..count).collect(),
            last: count.saturating_sub(1),
            sequence: 0,
            retry: 0,
            progress: upload.progress,
        };
        transfer.run(&session.servers).await
    }
}

/// An upload that is going on.
struct Transfer<'a> {
    client: &'a Client,
    source: File,
    /// What all blocks have in common.
    block: Block,
    /// Numbers of the blocks that no server has accepted.
    left: BTreeSet<u64>,
    /// Number of the last block, which is sent after all others.
    last: u64,
    sequence: u32,
    retry: u32,
    progress: Option<&'a (dyn Fn(u64) + Send + Sync)>,
}

/// Why a connection ended.
enum Cut {
    /// Another connection may go on.
    Transport(String),
    /// The upload has failed.
    Final(CallError),
}

impl From<std::io::Error> for Cut {
    fn from(error: std::io::Error) -> Self {
        Self::Transport(error.to_string())
    }
}

impl From<highway::HighwayError> for Cut {
    fn from(error: highway::HighwayError) -> Self {
        Self::Transport(error.to_string())
    }
}

impl Transfer<'_> {
    async fn run(&mut self, servers: &[Address]) -> Result<(), CallError> {
        let mut why = String::new();
        for server in servers {
            let mut tries = 0;
            while tries < TRIES {
                let before = self.left.len();
                let cut = if tries + 1 < TRIES {
                    self.over_tcp(server).await
                } else {
                    self.over_http(server).await
                };
                match cut {
                    Ok(()) => return Ok(()),
                    Err(Cut::Final(error)) => return Err(error),
                    Err(Cut::Transport(text)) => why = format!("{server}: {text}"),
                }
                if self.left.len() < before {
                    tries = 0;
                }
                tries += 1;
                self.retry += 1;
                tracing::debug!(why, left = self.left.len(), "an upload was cut");
                tokio::time::sleep(PAUSE * tries).await;
            }
        }
        Err(CallError::Transfer(why))
    }

    /// Sends blocks over a TCP connection.
    async fn over_tcp(&mut self, server: &Address) -> Result<(), Cut> {
        let config = &self.client.inner.config;
        let mut stream =
            connection::connect(server, config.proxy.as_ref(), config.timings.connect).await?;
        let mut waiting = self.left.clone();
        let mut in_flight = VecDeque::new();
        let mut received = BytesMut::new();
        loop {
            while in_flight.len() < IN_FLIGHT {
                let Some(number) = self.next(&waiting) else {
                    break;
                };
                waiting.remove(&number);
                in_flight.push_back(number);
                self.write(&mut stream, number).await?;
            }
            if in_flight.is_empty() {
                return Ok(());
            }
            let limit = self.limit();
            let answer = match timeout(limit, read(&mut stream, &mut received)).await {
                Ok(answer) => answer?,
                Err(_) => return Err(Cut::Transport("no answer in time".to_owned())),
            };
            let number = self.accepted(&answer)?;
            in_flight.retain(|sent| *sent != number);
        }
    }

    /// Sends blocks in HTTP requests, each on a connection of its own.
    async fn over_http(&mut self, server: &Address) -> Result<(), Cut> {
        let http = self.client.web_http().await.map_err(Cut::Final)?;
        let url = format!(
            "http://{server}/cgi-bin/httpconn?htcmd=0x6FF0087&uin={}",
            self.block.account
        );
        while let Some(number) = self.next(&self.left) {
            let (head, body) = self.read_block(number).await.map_err(Cut::Final)?;
            let frame = [&head[..], &body, &highway::end()].concat();
            let request = http
                .post(&url)
                .timeout(self.limit())
                .header("connection", "close")
                .header("accept-encoding", "identity")
                .body(frame);
            let broken = |error: reqwest::Error| Cut::Transport(error.without_url().to_string());
            let mut response = request.send().await.map_err(broken)?;
            if !response.status().is_success() {
                return Err(Cut::Transport(format!("status {}", response.status())));
            }
            let mut received = BytesMut::new();
            let answer = loop {
                if let Some(frame) = highway::split(&mut received)? {
                    break frame;
                }
                match response.chunk().await.map_err(broken)? {
                    Some(chunk) => received.extend_from_slice(&chunk),
                    None => return Err(Cut::Transport("the answer is not complete".to_owned())),
                }
            };
            self.accepted(&answer)?;
        }
        Ok(())
    }

    /// The next block to send. The last one has to wait until all others are accepted.
    fn next(&self, waiting: &BTreeSet<u64>) -> Option<u64> {
        let number = *waiting.first()?;
        (number != self.last || self.left.len() == 1).then_some(number)
    }

    fn limit(&self) -> Duration {
        if self.left.len() == 1 {
            LAST_TIMEOUT
        } else {
            BLOCK_TIMEOUT
        }
    }

    async fn write(&mut self, stream: &mut TcpStream, number: u64) -> Result<(), Cut> {
        let (head, body) = self.read_block(number).await.map_err(Cut::Final)?;
        let write = async {
            stream.write_all(&head).await?;
            stream.write_all(&body).await?;
            stream.write_all(&highway::end()).await
        };
        match timeout(BLOCK_TIMEOUT, write).await {
            Ok(written) => Ok(written?),
            Err(_) => Err(Cut::Transport("the server takes no bytes".to_owned())),
        }
    }

    /// What precedes a block in its frame, and the block.
    async fn read_block(&mut self, number: u64) -> Result<(Vec<u8>, Vec<u8>), CallError> {
        let offset = number * u64::from(BLOCK);
        let left = self.block.file_size.saturating_sub(offset);
        let length = u32::try_from(left).unwrap_or(BLOCK).min(BLOCK);
        let unreadable = |error: std::io::Error| CallError::File(error.to_string());
        let seek = self.source.seek(SeekFrom::Start(offset)).await;
        seek.map_err(unreadable)?;
        let mut body = Vec::with_capacity(length as usize);
        let mut part = (&mut self.source).take(length.into());
        part.read_to_end(&mut body).await.map_err(unreadable)?;
        if body.len() < length as usize {
            let text = "it became shorter during the upload";
            return Err(CallError::File(text.to_owned()));
        }
        self.block.offset = offset;
        self.block.length = length;
        self.block.md5 = hash(&body).md5;
        self.sequence += 1;
        let app_id = self.client.inner.config.profile.sub_app_id;
        let head = HighwayRequestHead::block(&self.block, self.sequence, self.retry, app_id);
        Ok((highway::begin(&head.encode_to_vec(), length), body))
    }

    /// Takes the answer to a block; returns the block's number.
    fn accepted(&mut self, answer: &Frame) -> Result<u64, Cut> {
        let head = HighwayResponseHead::read(&answer.head)
            .map_err(|error| Cut::Transport(error.to_string()))?;
        match head.outcome() {
            Outcome::Accepted => {}
            Outcome::Refused(refusal) => return Err(Cut::Final(refusal.into())),
            Outcome::Denied(text) => {
                let refusal = Refusal::new(codes::NO_PERMISSION, text);
                return Err(Cut::Final(refusal.into()));
            }
        }
        let number = head.offset() / u64::from(BLOCK);
        if self.left.remove(&number)
            && let Some(progress) = self.progress
        {
            let left = self.left.len() as u64 * u64::from(BLOCK);
            progress(self.block.file_size.saturating_sub(left));
        }
        Ok(number)
    }
}

/// Reads the next frame.
async fn read(stream: &mut TcpStream, received: &mut BytesMut) -> Result<Frame, Cut> {
    loop {
        if let Some(frame) = highway::split(received)? {
            return Ok(frame);
        }
        if stream.read_buf(received).await? == 0 {
            return Err(Cut::Transport(
                "the server closed the connection".to_owned(),
            ));
        }
    }
}
