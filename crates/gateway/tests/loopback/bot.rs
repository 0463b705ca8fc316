//! tmp
pub(crate) async fn start() -> nekonap_endpoint::Bot {
    nekonap_endpoint::Bot::stub()
}
