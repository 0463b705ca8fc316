//! The sandbox's pages of Qzone as another client sees them. api/newer §3, §4.11

use super::{NOBODYS, person_publishes};
use crate::story::Story;
use serde_json::json;

/// The text of a page behind a gateway.
async fn page(story: &Story, path: &str, cookie: &str) -> String {
    let http = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("an HTTP client");
    let url = format!("http://{}/proxy/domain/{path}", story.ready().wire);
    let request = http.get(url).header("cookie", cookie);
    let response = request.send().await.expect("an answer");
    response.text().await.expect("a text")
}

#[tokio::test]
async fn pages_answer_in_the_wrapping_that_is_asked_for() {
    let story = Story::new().await;
    let tid = person_publishes(&story, 10002, "</script>hi").await;
    let cookies = json!({"domain": "qzone.qq.com"});
    let cookies = story.bot().call("get_cookies", cookies).await.ok();
    let line = cookies["cookies"].as_str().expect("a text");
    let token = cookies["bkn"].as_str().expect("a text");
    let list = |more: &str| {
        format!("taotao.qzone.qq.com/cgi-bin/emotion_cgi_msglist_v6?uin=10002&g_tk={token}{more}")
    };
    for (more, start, end) in [
        ("&format=json", "{", "}"),
        ("&format=jsonp", "_Callback({", "});"),
        ("&format=jsonp&callback=a.b_1", "a.b_1({", "});"),
        ("&format=jsonp&callback=alert(1)", "_Callback({", "});"),
        ("&format=fs", "<!DOCTYPE html>", "</html>"),
    ] {
        let text = page(&story, &list(more), line).await;
        assert!(
            text.starts_with(start) && text.ends_with(end),
            "{more}: {text}"
        );
        assert!(
            text.contains(&tid) && !text.contains("</script>hi"),
            "{text}"
        );
    }
    // The token may come from either key, but not from another one; cookies are needed.
    for (path, cookie) in [
        (list("").replace(&format!("g_tk={token}"), "g_tk=1"), line),
        (list("").replace("&g_tk", "&no"), line),
        (list(""), ""),
        (list(""), "uin=o10002; p_skey=x"),
    ] {
        let text = page(&story, &path, cookie).await;
        assert!(text.contains("\"code\":-3000"), "{text}");
    }
    let detail = |host: &str, tid: &str| {
        format!(
            "{host}/cgi-bin/emotion_cgi_msgdetail_v6?uin=10002&tid={tid}&format=json&g_tk={token}"
        )
    };
    for (path, code) in [
        (detail("taotao.qq.com", &tid), 0),
        (detail("taotao.qzone.qq.com", &tid), -10_004),
        (detail("taotao.qq.com", NOBODYS), -8),
        (detail("taotao.qq.com", ""), -8),
    ] {
        let text = page(&story, &path, line).await;
        assert!(
            text.contains(&format!("\"code\":{code},")),
            "{path}: {text}"
        );
    }
    let feeds = format!("ic2.qzone.qq.com/cgi-bin/feeds/feeds3_html_more?uin=10001&g_tk={token}");
    let text = page(&story, &feeds, line).await;
    assert!(text.starts_with("_Callback({code:0,"), "{text}");
    assert!(
        text.contains(",undefined]") && text.contains("\\x3C\\/div\\x3E"),
        "{text}"
    );
}
