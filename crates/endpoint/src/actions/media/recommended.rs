//! `get_recommend_face` (LLOneBot; api/actions §2).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    bot::Context,
    error::{Failure, Result},
};

/// Longest word, in characters.
const LONGEST: usize = 100;

/// Parameters of `get_recommend_face`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetRecommendFace {
    /// What the pictures should fit, 1 to 100 characters.
    #[schemars(example = &"cat")]
    word: String,
}

/// Pictures that fit a word.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Recommended {
    /// URLs of the pictures.
    url: Vec<String>,
}

pub(crate) async fn get(cx: Context, params: GetRecommendFace) -> Result<Recommended> {
    let word = params.word.trim();
    let length = word.chars().count();
    if !(1..=LONGEST).contains(&length) {
        let text = format!("it has 1 to {LONGEST} characters, not {length}");
        return Err(Failure::invalid("word", text));
    }
    let url = cx.client().search_pictures(word).await?;
    Ok(Recommended { url })
}
