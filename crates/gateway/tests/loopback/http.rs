//! The HTTP server (api/transports §2 and the checklist of api/transports §15).

use nekonap_onebot::Code;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{TOKEN, client, raw, served, with_token};

#[tokio::test]
async fn action_is_called_with_get_and_post() {
    let served = served(|_, _, _| {}).await;
    let client = client();
    for path in [
        "/get_login_info",
        "/get_login_info/",
        "//get_login_info",
        "/get_login_info_async",
        "/?action=get_login_info",
    ] {
        let answer = client
            .get(format!("http://{}{path}", served.http))
            .send()
            .await
            .expect("sent");
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert_eq!(
            answer.headers()["content-type"],
            "application/json; charset=utf-8"
        );
        let answer: Value = answer.json().await.expect("JSON");
        assert_eq!(answer["retcode"], 0, "{path}: {answer}");
        assert_eq!(answer["data"]["user_id"], 10001, "{path}");
        assert_eq!(answer["echo"], "");
    }
    let url = format!("http://{}/get_login_info", served.http);
    let answer = client
        .post(&url)
        .json(&json!({"echo": {"seq": 1}}))
        .send()
        .await
        .expect("sent");
    let answer: Value = answer.json().await.expect("JSON");
    assert_eq!(answer["echo"], json!({"seq": 1}));
    let head = client.head(&url).send().await.expect("sent");
    assert_eq!(head.status(), StatusCode::OK);
    assert!(head.bytes().await.expect("no body").is_empty());
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn errors_have_their_http_status() {
    let served = served(|_, _, _| {}).await;
    let client = client();
    let url = |path: &str| format!("http://{}{path}", served.http);
    let post = |kind: &'static str, body: &'static str| {
        client
            .post(url("/get_login_info"))
            .header("content-type", kind)
            .body(body)
            .send()
    };
    let cases = [
        (
            post("application/json", "{bad").await,
            400,
            Code::BadRequest,
        ),
        (post("application/json", "[1]").await, 400, Code::BadRequest),
        (
            post("application/xml", "<x/>").await,
            406,
            Code::ContentType,
        ),
        (
            post("multipart/form-data; boundary=x", "--x--").await,
            406,
            Code::ContentType,
        ),
        (post("text/plain", "{bad").await, 406, Code::ContentType),
        (
            client.get(url("/no_such_action")).send().await,
            404,
            Code::ApiNotFound,
        ),
        (
            client.get(url("/no_such_action_async")).send().await,
            404,
            Code::ApiNotFound,
        ),
        (
            client.put(url("/get_login_info")).send().await,
            405,
            Code::WrongMethod,
        ),
        (
            client.delete(url("/get_login_info")).send().await,
            405,
            Code::WrongMethod,
        ),
    ];
    for (answer, status, code) in cases {
        let answer = answer.expect("sent");
        assert_eq!(answer.status(), status);
        if status == 405 {
            assert_eq!(answer.headers()["allow"], "GET, POST, OPTIONS");
        }
        let answer: Value = answer.json().await.expect("an envelope");
        assert_eq!(answer["status"], "failed", "{answer}");
        assert_eq!(answer["msg"], json!(code), "{answer}");
        assert_eq!(answer["retcode"], json!(code.retcode()), "{answer}");
        assert_eq!(answer["data"], Value::Null);
        assert_ne!(answer["message"], "");
        assert_eq!(answer["message"], answer["wording"]);
        assert_eq!(answer["echo"], "");
    }
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn root_path_without_an_action_reports_that_nekonap_runs() {
    let served = served(|_, _, _| {}).await;
    let client = client();
    for request in [
        client.get(format!("http://{}", served.http)),
        client.post(format!("http://{}/", served.http)),
    ] {
        let answer: Value = request
            .send()
            .await
            .expect("sent")
            .json()
            .await
            .expect("JSON");
        assert_eq!(
            (&answer["status"], &answer["data"]),
            (&json!("ok"), &json!({}))
        );
        assert!(
            answer["message"]
                .as_str()
                .is_some_and(|text| text.contains("running")),
            "{answer}"
        );
    }
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn request_without_the_right_token_is_refused() {
    let served = served(with_token).await;
    let client = client();
    let url = format!("http://{}/get_login_info", served.http);
    let none = client.get(&url).send().await.expect("sent");
    assert_eq!(
        (none.status(), &none.headers()["www-authenticate"]),
        (
            StatusCode::UNAUTHORIZED,
            &"Bearer".parse().expect("a value")
        )
    );
    assert_eq!(none.headers()["access-control-allow-origin"], "*");
    let none: Value = none.json().await.expect("an envelope");
    assert_eq!(
        (&none["retcode"], &none["msg"], &none["echo"]),
        (&json!(1401), &json!("NO_TOKEN"), &json!(""))
    );
    let wrong = client
        .get(&url)
        .bearer_auth("wrong")
        .send()
        .await
        .expect("sent");
    assert_eq!(wrong.status(), StatusCode::FORBIDDEN);
    let wrong: Value = wrong.json().await.expect("an envelope");
    assert_eq!(
        (&wrong["retcode"], &wrong["msg"]),
        (&json!(1403), &json!("WRONG_TOKEN"))
    );
    for value in [
        "Bearer t0ken",
        "bearer t0ken",
        "Token t0ken",
        "token t0ken",
        "t0ken",
    ] {
        let right = client
            .get(&url)
            .header("authorization", value)
            .send()
            .await
            .expect("sent");
        assert_eq!(right.status(), StatusCode::OK, "{value}");
    }
    let right = client
        .get(format!("{url}?access_token=t0ken"))
        .send()
        .await
        .expect("sent");
    assert_eq!(right.status(), StatusCode::OK);
    // The token is checked before the body and the action.
    let unknown = client
        .post(format!("http://{}/nope", served.http))
        .body("{bad")
        .send()
        .await
        .expect("sent");
    assert_eq!(unknown.status(), StatusCode::UNAUTHORIZED);
    // The method is checked before the token.
    let put = client.put(&url).send().await.expect("sent");
    assert_eq!(put.status(), StatusCode::METHOD_NOT_ALLOWED);
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn target_without_a_slash_is_accepted() {
    let served = served(with_token).await;
    let ask = |target: &str| {
        format!("GET {target} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n")
    };
    let answer = raw(served.http, &ask("?access_token=t0ken")).await;
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && answer.contains("running"),
        "{answer}"
    );
    assert!(
        raw(served.http, &ask("?access_token=wrong"))
            .await
            .starts_with("HTTP/1.1 403 ")
    );
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn preflight_needs_no_token() {
    let served = served(with_token).await;
    let answer = client()
        .request(
            Method::OPTIONS,
            format!("http://{}/get_login_info", served.http),
        )
        .header("origin", "https://example.com")
        .header(
            "access-control-request-headers",
            "authorization,content-type",
        )
        .send()
        .await
        .expect("sent");
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    assert_eq!(
        answer.headers()["access-control-allow-methods"],
        "GET,POST,OPTIONS"
    );
    assert_eq!(
        answer.headers()["access-control-allow-headers"],
        "authorization,content-type"
    );
    assert!(
        !answer
            .headers()
            .contains_key("access-control-allow-credentials")
    );
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn foreign_origin_is_refused_without_a_token() {
    let served = served(|http, _, _| http.cors = false).await;
    let client = client();
    let url = format!("http://{}/get_login_info", served.http);
    for (origin, status) in [
        ("https://example.com", 403),
        ("null", 403),
        ("http://localhost:5173", 200),
    ] {
        let answer = client
            .post(&url)
            .header("origin", origin)
            .body("{}")
            .send()
            .await
            .expect("sent");
        assert_eq!(answer.status(), status, "{origin}");
        assert!(!answer.headers().contains_key("access-control-allow-origin"));
    }
    let rebound = "GET /get_login_info HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n";
    assert!(raw(served.http, rebound).await.starts_with("HTTP/1.1 403 "));
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn address_is_refused_after_twenty_wrong_tokens() {
    let served = served(with_token).await;
    let client = client();
    let url = format!("http://{}/get_login_info", served.http);
    for _ in 0..20 {
        let wrong = client
            .get(&url)
            .bearer_auth("guess")
            .send()
            .await
            .expect("sent");
        assert_eq!(
            wrong.json::<Value>().await.expect("JSON")["message"],
            "token verification failed"
        );
    }
    let wrong: Value = client
        .get(&url)
        .bearer_auth("guess")
        .send()
        .await
        .expect("sent")
        .json()
        .await
        .expect("JSON");
    assert!(
        wrong["message"]
            .as_str()
            .is_some_and(|text| text.contains("too many")),
        "{wrong}"
    );
    // On loopback the right token is still accepted.
    let right = client
        .get(&url)
        .bearer_auth(TOKEN)
        .send()
        .await
        .expect("sent");
    assert_eq!(right.status(), StatusCode::OK);
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn body_over_the_limit_is_413() {
    let served = served(|_, _, limits| limits.body = 1_000_000).await;
    let client = client();
    let url = format!("http://{}/get_login_info", served.http);
    let body = |length: usize| format!("{{\"x\":\"{}\"}}", "a".repeat(length - 8));
    let fits = client
        .post(&url)
        .body(body(1_000_000))
        .send()
        .await
        .expect("sent");
    assert_eq!(fits.status(), StatusCode::OK);
    let over = client
        .post(&url)
        .body(body(1_000_001))
        .send()
        .await
        .expect("sent");
    assert_eq!(over.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let over: Value = over.json().await.expect("an envelope");
    assert_eq!(
        (&over["retcode"], &over["msg"]),
        (&json!(1400), &json!("BODY_TOO_LARGE"))
    );
    // The length of a chunked body is not known in advance.
    let mut stream = TcpStream::connect(served.http).await.expect("a connection");
    let head = "POST /get_login_info HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("sent");
    for _ in 0..11 {
        stream
            .write_all(format!("186a0\r\n{}\r\n", "a".repeat(100_000)).as_bytes())
            .await
            .expect("sent");
    }
    stream.write_all(b"0\r\n\r\n").await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn body_is_requested_with_100_continue() {
    let served = served(|_, _, limits| limits.body = 100).await;
    let head = |length: usize| {
        format!(
            "POST /get_login_info HTTP/1.1\r\nhost: 127.0.0.1\r\nexpect: 100-continue\r\ncontent-length: {length}\r\n\r\n"
        )
    };
    let mut stream = TcpStream::connect(served.http).await.expect("a connection");
    stream.write_all(head(2).as_bytes()).await.expect("sent");
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).await.expect("an answer");
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"{}").await.expect("sent");
    let mut start = [0; 15];
    stream.read_exact(&mut start).await.expect("an answer");
    assert_eq!(&start, b"HTTP/1.1 200 OK");
    assert!(
        raw(served.http, &head(101))
            .await
            .starts_with("HTTP/1.1 413 ")
    );
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn probes_need_no_token_but_openapi_does() {
    let served = served(with_token).await;
    let client = client();
    let get = |path: &str| client.get(format!("http://{}{path}", served.http));
    let health = get("/healthz").send().await.expect("sent");
    assert_eq!(
        (health.status(), health.text().await.expect("text").as_str()),
        (StatusCode::OK, "ok\n")
    );
    let ready = get("/readyz").send().await.expect("sent");
    let expected = if served.bot.ready().ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    assert_eq!(ready.status(), expected);
    assert!(ready.json::<Value>().await.expect("JSON")["online"].is_boolean());
    assert_eq!(
        get("/openapi.json").send().await.expect("sent").status(),
        StatusCode::UNAUTHORIZED
    );
    let schemas: Value = get("/openapi.json")
        .bearer_auth(TOKEN)
        .send()
        .await
        .expect("sent")
        .json()
        .await
        .expect("JSON");
    assert!(
        schemas["openapi"]
            .as_str()
            .is_some_and(|version| version.starts_with("3.1")),
        "{schemas}"
    );
    served.gateway.shutdown().await;
}
