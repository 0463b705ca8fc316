//! Text in pictures: the caption that a picture was given with (api/sandbox §3), one entry for each line. protocol/03 §8.4

use nekonap_media::picture;
use nekonap_wire::{
    commands::media::FileId,
    proto::media::{OcrPoint, OcrPolygon, OcrReply, OcrRequest, OcrResult, OcrText},
};

use super::link;
use crate::{refusal::Refusal, router::Caller, world::World};

/// How sure the sandbox is of every text.
const CONFIDENCE: u32 = 99;

pub(crate) fn command(
    world: &mut World,
    _: &Caller,
    request: OcrRequest,
) -> Result<OcrReply, Refusal> {
    let url = request
        .image
        .unwrap_or_default()
        .image_url
        .unwrap_or_default();
    let unreadable = || Refusal::not_found(format!("the picture {url:?} cannot be fetched"));
    let handle = url.split_once("fileid=").map(|(_, rest)| rest);
    let handle = handle.and_then(|rest| rest.split('&').next());
    let id = handle.and_then(FileId::decode).ok_or_else(unreadable)?;
    let file = link::stored(world, &id)?.ok_or_else(unreadable)?;
    let bytes = std::fs::read(world.file_path(&file.sha1)).map_err(|_| unreadable())?;
    let head = picture(&bytes).map_err(|error| Refusal::bad_request(error.to_string()))?;
    let lines: Vec<&str> = file
        .caption
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let count = u32::try_from(lines.len()).unwrap_or(u32::MAX).max(1);
    let texts = lines.iter().zip(0_u32..).map(|(line, at)| {
        // The lines share the picture.
        let y = |line: u32| {
            let y = u64::from(head.height) * u64::from(line) / u64::from(count);
            i32::try_from(y).unwrap_or(i32::MAX)
        };
        let right = i32::try_from(head.width).unwrap_or(i32::MAX);
        let point = |(x, y)| OcrPoint {
            x: Some(x),
            y: Some(y),
        };
        let corners = [
            (0, y(at)),
            (right, y(at)),
            (right, y(at + 1)),
            (0, y(at + 1)),
        ];
        OcrText {
            text: Some((*line).to_owned()),
            confidence: Some(CONFIDENCE),
            polygon: Some(OcrPolygon {
                points: corners.map(point).to_vec(),
            }),
        }
    });
    Ok(OcrReply {
        ret_code: Some(0),
        err_msg: Some(String::new()),
        wording: Some(String::new()),
        result: Some(OcrResult {
            texts: texts.collect(),
            language: Some("zh".to_owned()),
            request_id: Some(String::new()),
            width: Some(head.width),
            height: Some(head.height),
        }),
    })
}
