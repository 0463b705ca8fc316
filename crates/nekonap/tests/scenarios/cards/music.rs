//! `get_music_ark`. A card that a service makes is in the tests of the endpoint: the sandbox has no such service.

use crate::story::Story;
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn card_of_a_song_needs_a_service_and_what_describes_the_song() {
    let story = Story::new().await;
    let bot = story.bot();
    for song in [
        json!({"type": "163", "id": 28_949_444}),
        json!({"jumpUrl": "https://example.com/", "preview": "https://example.com/i.png"}),
    ] {
        let text = bot
            .call("get_music_ark", song)
            .await
            .fails(Code::NotSupported);
        assert!(text.contains("music_sign_url"), "{text}");
    }
    for (song, code, parameter) in [
        (json!({}), Code::ParamMissing, "`url`"),
        (
            json!({"url": "https://example.com/"}),
            Code::ParamMissing,
            "`image`",
        ),
        (json!({"type": "qq"}), Code::ParamMissing, "`id`"),
        (json!({"type": "xm", "id": 5}), Code::ParamInvalid, "`type`"),
    ] {
        let text = bot.call("get_music_ark", song).await.fails(code);
        assert!(text.contains(parameter), "{text}");
    }
}
