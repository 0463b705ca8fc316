//! The page at `/sandbox`: it needs no token and holds no data.

use crate::story::Story;

#[tokio::test]
async fn page_is_bilingual_and_runs_no_script() {
    let story = Story::new().await;
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let response = client
        .get(&story.ready().console)
        .send()
        .await
        .expect("an answer");
    assert_eq!(response.status(), 200);
    let header = |name: &str| {
        response
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    };
    let policy = header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("content-type").starts_with("text/html"));
    let page = response.text().await.expect("a page");
    assert!(page.contains("/sandbox/api/act") && page.contains("沙盒"));
    assert!(!page.contains("<script") && !page.contains(&story.ready().token));

    let style = client
        .get(format!("{}/style.css", story.ready().console))
        .send()
        .await
        .expect("an answer");
    assert_eq!(style.status(), 200);
    let unknown = client
        .get(format!("{}/nothing", story.ready().console))
        .send()
        .await
        .expect("an answer");
    assert_eq!(unknown.status(), 404);
}
