//! `get_cookies`, `get_csrf_token`, `get_credentials`.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

/// A page on the wire port: its HTTP status and its text.
pub(super) async fn page(story: &Story, path: &str, cookie: &str) -> (u16, String) {
    let http = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("an HTTP client");
    let url = format!("http://{}{path}", story.ready().wire);
    let request = http.get(url).header("cookie", cookie);
    let response = request.send().await.expect("an answer");
    let status = response.status().as_u16();
    (status, response.text().await.expect("a text"))
}

/// The CSRF token of a cookie line's key. protocol/04 §9.3
fn token(line: &str, key: &str) -> u32 {
    let parts = line.split("; ").filter_map(|part| part.split_once('='));
    let value = parts
        .filter(|(name, _)| *name == key)
        .map(|(_, value)| value);
    let value = value.last().expect("the key");
    let add = |hash: u64, byte: u8| (hash * 33 + u64::from(byte)) % (1 << 32);
    let hash = value.bytes().fold(5381, add) & 0x7fff_ffff;
    u32::try_from(hash).expect("31 bits")
}

#[tokio::test]
async fn cookies_open_the_pages_of_the_account() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let answer = bot.call("get_cookies", json!({"domain": "qun.qq.com"}));
        let answer = answer.await.ok();
        let line = answer["cookies"].as_str().expect("a text");
        let names: Vec<&str> = line
            .split("; ")
            .filter_map(|part| Some(part.split_once('=')?.0))
            .collect();
        assert_eq!(names, ["p_uin", "p_skey", "skey", "uin"]);
        assert!(line.starts_with("p_uin=o10001; ") && line.ends_with("; uin=o10001"));
        let bkn = answer["bkn"].as_str().expect("a text");
        assert_eq!(bkn, token(line, "skey").to_string());
        let digest =
            |bkn: &str| format!("/cgi-bin/group_digest/digest_list?group_code=20001&bkn={bkn}");
        let (status, text) = page(&story, &digest(bkn), line).await;
        assert_eq!(status, 200);
        let list: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(list["retcode"], 0, "{list}");
        // Neither a wrong token nor a wrong key opens it.
        let refused =
            |(status, text): (u16, String)| status == 403 || !text.contains(r#""retcode":0"#);
        assert!(refused(page(&story, &digest("1"), line).await));
        let other = line.replace("10001", "10002");
        assert!(refused(page(&story, &digest(bkn), &other).await));
    })
    .await;
}

#[tokio::test]
async fn tokens_belong_to_the_cookies() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let common = bot.call("get_cookies", json!({})).await.ok();
        let line = common["cookies"].as_str().expect("a text");
        assert!(
            !line.contains("p_skey") && line.ends_with("; uin=o10001"),
            "{line}"
        );
        let skey = token(line, "skey");
        assert_eq!(common["bkn"], skey.to_string());
        let csrf = bot.call("get_csrf_token", json!({})).await.ok();
        assert_eq!(csrf, json!({"token": skey}));
        for domain in ["qzone.qq.com", "h5.qzone.qq.com", "vip.qq.com"] {
            let params = json!({"domain": domain});
            let cookies = bot.call("get_cookies", params.clone()).await.ok();
            let line = cookies["cookies"].as_str().expect("a text");
            let key = if domain.contains("qzone") {
                "p_skey"
            } else {
                "skey"
            };
            let bkn = token(line, key).to_string();
            assert_eq!(cookies["bkn"], bkn, "{domain}");
            let all = bot.call("get_credentials", params).await.ok();
            assert_eq!(
                all,
                json!({"cookies": line, "csrf_token": skey, "token": skey, "bkn": bkn})
            );
        }
    })
    .await;
}

#[tokio::test]
async fn cookies_need_a_domain_and_a_session() {
    let story = Story::new().await;
    let bot = story.bot();
    for domain in [
        "localhost",
        "qun.qq.com/x",
        "https://qun.qq.com",
        "a b.c",
        "群.qq.com",
    ] {
        for action in ["get_cookies", "get_credentials"] {
            let answer = bot.call(action, json!({"domain": domain})).await;
            assert!(answer.fails(Code::ParamInvalid).contains("domain"));
        }
    }
    let refuse = |command: &str| json!({"fault": "refuse", "command": command, "code": 7, "message": "not today", "times": 1});
    story.fault(refuse("OidbSvcTrpcTcp.0x102a_1")).await;
    bot.call("get_cookies", json!({"domain": "qun.qq.com"}))
        .await
        .fails(Code::Upstream);
    story.fault(refuse("OidbSvcTrpcTcp.0x102a_1")).await;
    bot.call("get_clientkey", json!({}))
        .await
        .fails(Code::Upstream);
    bot.call("get_cookies", json!({"domain": "qun.qq.com"}))
        .await
        .ok();
}
