//! Ticket and servers of the highway and the extension for pictures, voices and videos (protocol/03 §3.1, §3.7).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use bytes::Bytes;

use crate::{
    highway::BLOCK,
    proto::media::{
        HighwayAddress, HighwayAddressV6, HighwayServersAnswer, HighwayServersQuery,
        HighwayServersReply, HighwayServersRequest, HighwayService, RichMediaExt, RichMediaHash,
        RichMediaHost, RichMediaNetwork, RichMediaServer,
    },
};

/// `service_type` of servers that take files.
const UPLOAD: u32 = 1;
/// Types of servers that every client asks for.
const SERVICE_TYPES: [u32; 4] = [UPLOAD, 5, 10, 21];

impl HighwayServersRequest {
    /// For [`GetHighwayServers`](super::GetHighwayServers).
    pub fn new() -> Self {
        Self {
            query: Some(HighwayServersQuery {
                uin: Some(0),
                idc_id: Some(0),
                appid: Some(16),
                login_sig_type: Some(1),
                login_sig_ticket: None,
                request_flag: Some(3),
                service_types: SERVICE_TYPES.to_vec(),
                field_9: Some(2),
                field_10: Some(9),
                field_11: Some(8),
                version: Some("1.0.1".to_owned()),
            }),
        }
    }
}

impl HighwayServersReply {
    /// A ticket, and one server that takes files.
    pub fn new(ticket: Bytes, key: [u8; 16], server: SocketAddr) -> Self {
        let mut service = HighwayService {
            service_type: Some(UPLOAD),
            ..HighwayService::default()
        };
        match server.ip() {
            IpAddr::V4(ip) => service.addrs.push(HighwayAddress {
                r#type: Some(1),
                // The first octet is the least significant byte (protocol/03 §1.2).
                ip: Some(u32::from_le_bytes(ip.octets())),
                port: Some(server.port().into()),
                area: Some(0),
            }),
            IpAddr::V6(ip) => service.addrs_v6.push(HighwayAddressV6 {
                r#type: Some(1),
                ip: Some(Bytes::copy_from_slice(&ip.octets())),
                port: Some(server.port().into()),
                area: Some(0),
            }),
        }
        Self {
            answer: Some(HighwayServersAnswer {
                sig_session: Some(ticket),
                session_key: Some(Bytes::copy_from_slice(&key)),
                servers: vec![service],
            }),
        }
    }

    /// The upload ticket; `None` if there is none.
    pub fn ticket(&self) -> Option<Bytes> {
        let ticket = self.answer.as_ref()?.sig_session.clone();
        ticket.filter(|ticket| !ticket.is_empty())
    }

    /// The servers that take files, in order.
    pub fn servers(&self) -> Vec<SocketAddr> {
        let services = self.answer.iter().flat_map(|answer| &answer.servers);
        let mut servers = Vec::new();
        for service in services.filter(|service| service.service_type == Some(UPLOAD)) {
            servers.extend(service.addrs.iter().filter_map(|address| {
                let ip = Ipv4Addr::from(address.ip?.to_le_bytes());
                Some(SocketAddr::new(ip.into(), port(address.port)?))
            }));
            servers.extend(service.addrs_v6.iter().filter_map(|address| {
                let octets = <[u8; 16]>::try_from(address.ip.as_deref()?).ok()?;
                let ip = Ipv6Addr::from(octets);
                Some(SocketAddr::new(ip.into(), port(address.port)?))
            }));
        }
        servers
    }
}

fn port(number: Option<u32>) -> Option<u16> {
    number
        .and_then(|number| u16::try_from(number).ok())
        .filter(|port| *port != 0)
}

impl RichMediaExt {
    /// The extension of an upload: handle and key of the file, the servers, the bodies of the `MsgInfo` as they came, and
    /// the SHA-1 list (protocol/03 §3.6).
    pub fn new(
        file_uuid: &str,
        u_key: &str,
        servers: &[(Ipv4Addr, u16)],
        bodies: Vec<Bytes>,
        sha1: &[[u8; 20]],
    ) -> Self {
        let server = |(ip, port): &(Ipv4Addr, u16)| RichMediaServer {
            host: Some(RichMediaHost {
                is_enable: Some(true),
                ip: Some(ip.to_string()),
            }),
            port: Some((*port).into()),
        };
        Self {
            file_uuid: Some(file_uuid.to_owned()),
            u_key: Some(u_key.to_owned()),
            network: Some(RichMediaNetwork {
                servers: servers.iter().map(server).collect(),
            }),
            bodies,
            block_size: Some(BLOCK),
            hash: Some(RichMediaHash {
                file_sha1: sha1.iter().map(|one| Bytes::copy_from_slice(one)).collect(),
            }),
        }
    }
}
