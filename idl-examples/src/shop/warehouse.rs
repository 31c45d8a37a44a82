//! The stock, in memory.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sinew::{Ctx, Decimal, Status};

use crate::idl::shop::common::{Health, Money, NotFound};
use crate::idl::shop::stock::stock::{ArticleError, PutBackError, TakeError};
use crate::idl::shop::stock::{Article, OutOfStock, Stock};

/// The articles by their number.
#[derive(Debug, Default)]
pub struct Warehouse {
    articles: Mutex<BTreeMap<String, Article>>,
}

impl Warehouse {
    /// A warehouse with three kinds of tea.
    pub fn with_tea() -> Self {
        let tea = |sku: &str, title: &str, cents: i128, available: u32| {
            let price = Money::new(Decimal::new(cents, 2)?);
            let article = Article {
                available,
                ..Article::new(sku, title, price)
            };
            Some((sku.to_owned(), article))
        };
        let teas = [
            tea("TEA-0001", "Assam, second flush", 1990, 40),
            tea("TEA-0002", "Sencha", 1450, 3),
            tea("TEA-0003", "Oolong, roasted", 2380, 12),
        ];
        Self {
            articles: Mutex::new(teas.into_iter().flatten().collect()),
        }
    }

    fn articles(&self) -> MutexGuard<'_, BTreeMap<String, Article>> {
        self.articles.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Health for Warehouse {
    async fn ping(&self, _cx: Ctx) -> Result<(), Status> {
        Ok(())
    }
}

impl Stock for Warehouse {
    async fn article(&self, _cx: Ctx, sku: String) -> Result<Article, ArticleError> {
        let article = self.articles().get(&sku).cloned();
        Ok(article.ok_or_else(|| NotFound::new("article", sku))?)
    }

    async fn search(&self, _cx: Ctx, words: String) -> Result<Vec<Article>, Status> {
        let words = words.to_lowercase();
        let matches = |article: &&Article| article.title.to_lowercase().contains(&words);
        Ok(self.articles().values().filter(matches).cloned().collect())
    }

    async fn take(&self, _cx: Ctx, sku: String, pieces: u32) -> Result<(), TakeError> {
        let mut articles = self.articles();
        let Some(article) = articles.get_mut(&sku) else {
            return Err(NotFound::new("article", sku).into());
        };
        match article.available.checked_sub(pieces) {
            Some(left) => article.available = left,
            None => return Err(OutOfStock::new(sku, article.available).into()),
        }
        Ok(())
    }

    async fn put_back(&self, _cx: Ctx, sku: String, pieces: u32) -> Result<(), PutBackError> {
        match self.articles().get_mut(&sku) {
            Some(article) => article.available = article.available.saturating_add(pieces),
            None => return Err(NotFound::new("article", sku).into()),
        }
        Ok(())
    }
}
