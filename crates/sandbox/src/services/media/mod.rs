//! Pictures, voices and videos: uploads, the highway that carries the bytes, links and their keys. protocol/03 §2, §3, §5

pub(crate) mod highway;
pub(crate) mod link;
mod ocr;
mod portrait;
pub(crate) mod upload;
mod voice_text;

use nekonap_wire::commands::media::{
    GetHighwayServers, GetRkeys, LinkGroupPicture, LinkGroupVideo, LinkGroupVoice,
    LinkPrivatePicture, LinkPrivateVideo, LinkPrivateVoice, MediaKind, RecognizeText, Scene,
    TranscribeGroupVoice, TranscribePrivateVoice, UploadGroupPicture, UploadGroupVideo,
    UploadGroupVoice, UploadPrivatePicture, UploadPrivateVideo, UploadPrivateVoice,
};

use crate::{http::Acts, router::Router};

pub(crate) fn commands(router: &mut Router) {
    use MediaKind::{Picture, Video, Voice};
    use Scene::{Group, Private};
    router.on::<GetHighwayServers>(highway::servers);
    router.on::<GetRkeys>(link::rkeys);
    router.on::<RecognizeText>(ocr::command);
    router.on::<TranscribePrivateVoice>(voice_text::command);
    router.on::<TranscribeGroupVoice>(voice_text::command);
    router.on::<UploadPrivatePicture>(upload::service(Picture, Private));
    router.on::<UploadGroupPicture>(upload::service(Picture, Group));
    router.on::<UploadPrivateVideo>(upload::service(Video, Private));
    router.on::<UploadGroupVideo>(upload::service(Video, Group));
    router.on::<UploadPrivateVoice>(upload::service(Voice, Private));
    router.on::<UploadGroupVoice>(upload::service(Voice, Group));
    router.on::<LinkPrivatePicture>(link::service(Picture));
    router.on::<LinkGroupPicture>(link::service(Picture));
    router.on::<LinkPrivateVideo>(link::service(Video));
    router.on::<LinkGroupVideo>(link::service(Video));
    router.on::<LinkPrivateVoice>(link::service(Voice));
    router.on::<LinkGroupVoice>(link::service(Voice));
}

pub(crate) fn acts(acts: &mut Acts) {
    acts.add("set_portrait", portrait::act);
}
