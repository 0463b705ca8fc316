//! Known answers of protocol/01 §2.

use md5::{Digest, Md5};
use nekonap_wire::crypto::{KeyError, gcm, p256, secp192k1, tea};

use crate::inputs::{
    IV, PADDING, array, at, bytes, client_key, client_p256, server_key, server_p256, text,
};

#[test]
fn tea_matches_the_vectors() {
    let vectors = at("/tea").as_array().expect("a list");
    assert!(!vectors.is_empty());
    for index in 0..vectors.len() {
        let key = array(&format!("/tea/{index}/key"));
        let plain = bytes(&format!("/tea/{index}/plain"));
        let cipher = bytes(&format!("/tea/{index}/cipher"));
        assert_eq!(
            tea::encrypt_padded(&key, &plain, PADDING),
            cipher,
            "{index}"
        );
        assert_eq!(tea::decrypt(&key, &cipher), Ok(plain), "{index}");
        let mut wrong = key;
        wrong[3] ^= 1;
        assert!(tea::decrypt(&wrong, &cipher).is_err(), "{index}");
    }
}

#[test]
fn secp192k1_matches_the_vectors() {
    let (client, server) = (client_key(), server_key());
    assert_eq!(client.public(), array("/secp192k1/client_pub_uncompressed"));
    assert_eq!(
        client.compressed(),
        array("/secp192k1/client_pub_compressed")
    );
    assert_eq!(server.public(), array("/secp192k1/server_pub_uncompressed"));
    assert_eq!(
        server.compressed(),
        array("/secp192k1/server_pub_compressed")
    );
    let share_key = Ok(array("/secp192k1/share_key_md5_x"));
    assert_eq!(
        Md5::digest(bytes("/secp192k1/shared_x")).as_slice(),
        bytes("/secp192k1/share_key_md5_x")
    );
    assert_eq!(client.share_key(&server.public()), share_key);
    assert_eq!(client.share_key(&server.compressed()), share_key);
    assert_eq!(server.share_key(&client.compressed()), share_key);
    // One client always writes 02, regardless of its y.
    let mut other_sign = client.compressed();
    other_sign[0] ^= 1;
    assert_eq!(server.share_key(&other_sign), share_key);

    assert_eq!(
        secp192k1::PRODUCTION,
        array("/secp192k1/production_server_pub")
    );
    assert_eq!(
        client.share_key(&secp192k1::PRODUCTION),
        Ok(array("/secp192k1/share_key_with_production"))
    );
    assert_eq!(
        Md5::digest(bytes("/secp192k1/shared_x_with_production")).as_slice(),
        bytes("/secp192k1/share_key_with_production")
    );
}

#[test]
fn invalid_public_key_is_rejected() {
    let mut off = server_key().public();
    off[48] ^= 1;
    assert_eq!(client_key().share_key(&off), Err(KeyError));
    assert_eq!(client_key().share_key(&[0]), Err(KeyError));
    assert_eq!(client_key().share_key(&[]), Err(KeyError));
    let mut off = server_p256().public();
    off[64] ^= 1;
    assert_eq!(client_p256().shared(&off), Err(KeyError));
    assert_eq!(client_p256().shared(&[0]), Err(KeyError));
    assert!(secp192k1::Private::from_bytes(&[0; 24]).is_err());
    assert!(secp192k1::Private::from_bytes(&[0xff; 24]).is_err());
    assert!(p256::Private::from_bytes(&[0; 32]).is_err());
}

#[test]
fn random_keys_share_a_secret() {
    let (ours, theirs) = (secp192k1::Private::random(), secp192k1::Private::random());
    assert_eq!(
        ours.share_key(&theirs.compressed()),
        theirs.share_key(&ours.public())
    );
    let again = secp192k1::Private::from_bytes(&ours.to_bytes()).expect("a key");
    assert_eq!(again.public(), ours.public());
    let (ours, theirs) = (p256::Private::random(), p256::Private::random());
    assert_eq!(ours.shared(&theirs.public()), theirs.shared(&ours.public()));
    let again = p256::Private::from_bytes(&ours.to_bytes()).expect("a key");
    assert_eq!(again.public(), ours.public());
}

#[test]
fn p256_matches_the_vectors() {
    let (client, server) = (client_p256(), server_p256());
    assert_eq!(client.public(), array("/p256/client_pub"));
    assert_eq!(server.public(), array("/p256/server_pub"));
    assert_eq!(client.shared(&server.public()), Ok(array("/p256/shared_x")));
    assert_eq!(server.shared(&client.public()), Ok(array("/p256/shared_x")));
    assert_eq!(
        client.share_key(&server.public()),
        Ok(array("/p256/md5_first16_of_x"))
    );
    assert_eq!(p256::PRODUCTION, array("/p256/production_ntlogin_pub"));
    assert_eq!(
        client.shared(&p256::PRODUCTION),
        Ok(array("/p256/shared_x_with_production_ntlogin"))
    );
    assert_eq!(
        p256::PRODUCTION_WTLOGIN,
        array("/p256/production_wtlogin_keyver1_pub")
    );
    assert_eq!(
        client.share_key(&p256::PRODUCTION_WTLOGIN),
        Ok(array("/p256/md5_first16_with_production_wtlogin"))
    );
}

#[test]
fn aes_gcm_matches_the_vectors() {
    let key = bytes("/aes_gcm/key");
    let plain = bytes("/aes_gcm/plain");
    let sealed = bytes("/aes_gcm/out_iv_cipher_tag");
    assert_eq!(text("/aes_gcm/iv"), hex::encode(IV));
    assert_eq!(gcm::seal_with(&key, IV, &plain).expect("a key"), sealed);
    assert_eq!(gcm::open(&key, &sealed).expect("it opens"), plain);
    let mut damaged = sealed.to_vec();
    damaged[13] ^= 1;
    assert!(gcm::open(&key, &damaged).is_err());
    assert!(gcm::open(&key, &sealed[..11]).is_err());
    assert!(gcm::open(&key[..5], &sealed).is_err());
    assert!(gcm::seal(&key[..5], &plain).is_err());
    let short = gcm::seal(&key[..16], &plain).expect("a key of 16 bytes");
    assert_eq!(gcm::open(&key[..16], &short).expect("it opens"), plain);
}
