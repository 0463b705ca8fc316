//! Pictures of the own account and of groups. protocol/03 §8.1, §8.2

use nekonap_ids::GroupUin;
use nekonap_wire::{highway::command_id, proto::media::GroupPortraitExt};
use prost::Message as _;

use super::{HighwayUpload, LocalFile};
use crate::{client::Client, error::CallError};

impl Client {
    /// Sets the picture of the own account. protocol/03 §8.1
    ///
    /// # Errors
    /// Those of [`upload_by_highway`](Self::upload_by_highway).
    pub async fn set_avatar(&self, picture: &LocalFile) -> Result<(), CallError> {
        let upload = HighwayUpload {
            command_id: command_id::AVATAR,
            ..HighwayUpload::default()
        };
        self.upload_by_highway(picture, upload).await
    }

    /// Sets the picture of a group. protocol/03 §8.2
    ///
    /// # Errors
    /// Those of [`upload_by_highway`](Self::upload_by_highway); a refusal with the code of a missing permission if the
    /// account is neither the owner nor an administrator.
    pub async fn set_group_portrait(
        &self,
        group: GroupUin,
        picture: &LocalFile,
    ) -> Result<(), CallError> {
        let extension = GroupPortraitExt::new(group).encode_to_vec();
        let upload = HighwayUpload {
            command_id: command_id::GROUP_PORTRAIT,
            extension: &extension,
            ..HighwayUpload::default()
        };
        self.upload_by_highway(picture, upload).await
    }
}
