//! Messages of one conversation are sent in the order of the calls; conversations do not wait for each other.

use crate::story::Story;
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn messages_of_one_conversation_keep_the_order_of_the_calls() {
    let story = Story::new().await;
    let bot = story.bot();
    let mut echoes = Vec::new();
    for number in 0..60 {
        let call = json!({"group_id": 20001 + number % 3, "message": number.to_string()});
        echoes.push(bot.send("send_group_msg", call).await);
    }
    let mut ids = Vec::new();
    for echo in &echoes {
        ids.push(bot.answered("send_group_msg", echo).await.id());
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 60, "every message has its own id");
    for group in 0..3 {
        let path = format!("messages?group={}&limit=100", 20001 + group);
        let texts: Vec<String> = story
            .look(&path)
            .await
            .as_array()
            .expect("a list")
            .iter()
            .map(|message| {
                message["message"][0]["text"]
                    .as_str()
                    .expect("text")
                    .to_owned()
            })
            .collect();
        let expected: Vec<String> = (0..60)
            .filter(|number| number % 3 == group)
            .map(|number| number.to_string())
            .collect();
        assert_eq!(texts, expected);
    }
}

#[tokio::test]
async fn slow_conversation_does_not_delay_others() {
    let story = Story::new().await;
    let bot = story.bot();
    // The answer for the first group is dropped. The send to the second group neither waits for it nor fails.
    story
        .fault(json!({"fault": "swallow", "command": "MessageSvc.PbSendMsg", "times": 1}))
        .await;
    let slow = bot
        .send(
            "send_group_msg",
            json!({"group_id": 20001, "message": "slow"}),
        )
        .await;
    story
        .group_sees(
            20001,
            json!({"message": [{"type": "text", "text": "slow"}]}),
        )
        .await;
    bot.says(20002, "fast").await;
    assert_eq!(
        story.newest_in_group(20002).await["message"][0]["text"],
        "fast"
    );
    story.fault(json!({"fault": "drop_connections"})).await;
    let slow = bot.answered("send_group_msg", &slow).await;
    slow.fails(Code::MaybeSent);
}
