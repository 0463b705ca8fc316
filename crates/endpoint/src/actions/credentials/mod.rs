//! Credentials (api/actions §3.17).

mod client_key;
mod cookies;
mod rkey;

use super::Table;

pub(super) fn actions(table: &mut Table) {
    table.subject("credentials", "Credentials", "凭证");
    table.add("get_cookies", cookies::line).about(
        "Returns the account's cookies for the web pages of a domain.",
        "获取账号在指定域名网页上的 Cookies。",
    );
    table.add("get_csrf_token", cookies::token).about(
        "Returns the CSRF token that QQ's web pages want.",
        "获取 QQ 网页需要的 CSRF Token。",
    );
    table.add("get_credentials", cookies::credentials).about(
        "Returns cookies and CSRF token together.",
        "同时获取 Cookies 和 CSRF Token。",
    );
    table.add("get_clientkey", client_key::get).about(
        "Returns a client key, with which web pages log the account in.",
        "获取 clientkey，网页可用它登录账号。",
    );
    table.add("get_rkey", rkey::list).about(
        "Returns the keys that make links to pictures valid.",
        "获取使图片链接有效的 rkey。",
    );
    table.add("nc_get_rkey", rkey::numbered).about(
        "Returns the keys that make links to pictures valid, with their numbers on the wire.",
        "获取使图片链接有效的 rkey，附协议中的类型编号。",
    );
    table.add("get_rkey_server", rkey::pair).about(
        "Returns both keys of links to pictures as a pair.",
        "成对获取私聊与群聊图片链接的 rkey。",
    );
}
