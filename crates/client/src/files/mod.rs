//! Files of groups and of private chats. protocol/03 §6, §7

mod folder;
mod group;
mod list;
mod post;
mod private;
mod upload;

pub use nekonap_wire::commands::files::{
    Copied as CopiedFile, ListedFile as GroupFile, ListedFolder as GroupFolder, PrivateFileHandle,
    Space as GroupFileSpace,
};
pub use upload::UploadedGroupFile;

/// An address with the name of the file at its end, if the address asks for it.
fn named(address: String, name: &str) -> String {
    if address.ends_with("fname=") {
        let name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
        // Readers of addresses take `+` literally.
        address + &name.replace('+', "%20")
    } else {
        address
    }
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn name_is_encoded_at_the_end_of_an_address_that_asks_for_it() {
        let address = |address: &str| named(address.to_owned(), "a b+计.txt");
        assert_eq!(
            address("http://h/ftn_handler/ab/?fname="),
            "http://h/ftn_handler/ab/?fname=a%20b%2B%E8%AE%A1.txt"
        );
        assert_eq!(address("http://h/u&isthumb=0"), "http://h/u&isthumb=0");
    }
}
