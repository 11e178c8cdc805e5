//! The catalog cell: sellers, products, SKUs, tax rates.

use crate::{Cell, Statement, record::record};

record! {
    /// A seller.
    SellerRow {
        /// The seller.
        seller_id: int,
        /// Name of the shop.
        name: text,
        /// ISO 3166-1 alpha-2.
        region: text,
        /// Flat shipping per order, in minor units.
        shipping_fee: int,
        /// Goods of at least this amount ship free, in minor units.
        free_shipping_from: maybe_int,
    }
}

record! {
    /// A product.
    ProductRow {
        /// The product.
        product_id: int,
        /// Seller.
        seller_id: int,
        /// Category.
        category_id: int,
        /// Title.
        title: text,
        /// Title in lower case.
        title_lower: text,
        /// Brand.
        brand: text,
        /// JSON array of strings.
        tags: text,
        /// Description.
        description: text,
        /// JSON array of strings.
        images: text,
        /// ISO 4217.
        currency: text,
        /// `*`, or region codes with a comma before and after each.
        sale_regions: text,
        /// Maximum units per buyer; null for unlimited.
        buyer_limit: maybe_int,
        /// Tax class; 0 is exempt.
        tax_class: int,
        /// 1 if it can be bought.
        on_shelf: int,
    }
}

record! {
    /// A SKU.
    SkuRow {
        /// The SKU.
        sku_id: int,
        /// Product.
        product_id: int,
        /// Seller.
        seller_id: int,
        /// JSON object of strings.
        attributes: text,
        /// Price of a unit, in minor units.
        price: int,
    }
}

record! {
    /// Rate of a tax class in a region.
    TaxRow {
        /// ISO 3166-1 alpha-2.
        region: text,
        /// Tax class.
        tax_class: int,
        /// Hundredths of a percent.
        basis_points: int,
    }
}

record! {
    /// Everything a quote needs about a SKU.
    OfferRow {
        /// The SKU.
        sku_id: int,
        /// Product.
        product_id: int,
        /// Seller.
        seller_id: int,
        /// Price of a unit, in minor units.
        price: int,
        /// ISO 4217.
        currency: text,
        /// Sale regions, as in [`ProductRow`].
        sale_regions: text,
        /// Maximum units per buyer; null for unlimited.
        buyer_limit: maybe_int,
        /// Tax class.
        tax_class: int,
        /// Flat shipping per order, in minor units.
        shipping_fee: int,
        /// Goods of at least this amount ship free, in minor units.
        free_shipping_from: maybe_int,
    }
}

record! {
    /// Id of a SKU.
    SkuId {
        /// The SKU.
        sku_id: int,
    }
}

record! {
    /// A product in a list, with its seller.
    ListedRow {
        /// The product.
        product_id: int,
        /// Seller.
        seller_id: int,
        /// Name of the seller.
        seller_name: text,
        /// Category.
        category_id: int,
        /// Title.
        title: text,
        /// Brand.
        brand: text,
        /// JSON array of strings.
        images: text,
        /// ISO 4217.
        currency: text,
    }
}

record! {
    /// Id of a product.
    ProductId {
        /// The product.
        product_id: int,
    }
}

record! {
    /// A SKU with its product, even if it is off the shelf.
    SkuCardRow {
        /// The SKU.
        sku_id: int,
        /// Product.
        product_id: int,
        /// Seller.
        seller_id: int,
        /// Title of the product.
        title: text,
        /// JSON object of strings.
        attributes: text,
        /// Price of a unit, in minor units.
        price: int,
        /// ISO 4217.
        currency: text,
        /// 1 if it can be bought.
        on_shelf: int,
    }
}

/// Columns of [`ListedRow`] and their tables.
macro_rules! listed {
    ($from:literal, $condition:literal) => {
        concat!(
            "SELECT p.product_id, p.seller_id, s.name, p.category_id, p.title, p.brand, p.images, p.currency ",
            $from,
            " JOIN seller AS s ON s.seller_id = p.seller_id WHERE p.on_shelf = 1 AND ",
            $condition
        )
    };
}

/// At most `$2` products on the shelf with an id above `$1` and a title like `$3`, by id.
pub static LIST: Statement = Statement::hot(
    Cell::Catalog,
    "catalog.list",
    listed!(
        "FROM product AS p",
        "p.product_id > $1 AND p.title_lower LIKE $3 ESCAPE '!' ORDER BY p.product_id LIMIT $2"
    ),
);

/// Like [`LIST`], for category `$4`.
pub static LIST_CATEGORY: Statement = Statement::hot(
    Cell::Catalog,
    "catalog.list_category",
    listed!(
        "FROM product AS p",
        "p.category_id = $4 AND p.product_id > $1 AND p.title_lower LIKE $3 ESCAPE '!' ORDER BY p.product_id LIMIT $2"
    ),
);

/// Like [`LIST`], for seller `$4`.
pub static LIST_SELLER: Statement = Statement::hot(
    Cell::Catalog,
    "catalog.list_seller",
    listed!(
        "FROM product AS p",
        "p.seller_id = $4 AND p.product_id > $1 AND p.title_lower LIKE $3 ESCAPE '!' ORDER BY p.product_id LIMIT $2"
    ),
);

/// Like [`LIST_SELLER`], also for category `$5`.
pub static LIST_SELLER_CATEGORY: Statement = Statement::hot(
    Cell::Catalog,
    "catalog.list_seller_category",
    listed!(
        "FROM product AS p",
        "p.seller_id = $4 AND p.category_id = $5 AND p.product_id > $1 AND p.title_lower LIKE $3 ESCAPE '!' \
         ORDER BY p.product_id LIMIT $2"
    ),
);

/// The given products that are on the shelf, by id.
pub static LIST_IDS: Statement = Statement::hot(
    Cell::Catalog,
    "catalog.list_ids",
    listed!(
        "FROM {rows: product_id BIGINT} JOIN product AS p ON p.product_id = rows.product_id",
        "true ORDER BY p.product_id"
    ),
);

/// SKUs of products.
pub static SKUS: Statement = Statement::hot(
    Cell::Catalog,
    "catalog.skus",
    "SELECT k.sku_id, k.product_id, k.seller_id, k.attributes, k.price FROM {rows: product_id BIGINT} \
     JOIN sku AS k ON k.product_id = rows.product_id ORDER BY k.sku_id",
);

/// SKUs with their products.
pub static SKU_CARDS: Statement = Statement::hot(
    Cell::Catalog,
    "catalog.sku_cards",
    "SELECT k.sku_id, k.product_id, k.seller_id, p.title, k.attributes, k.price, p.currency, p.on_shelf \
     FROM {rows: sku_id BIGINT} JOIN sku AS k ON k.sku_id = rows.sku_id \
     JOIN product AS p ON p.product_id = k.product_id",
);

/// Reads the offers of SKUs on the shelf.
pub static OFFERS: Statement = Statement::hot(
    Cell::Catalog,
    "catalog.offers",
    "SELECT k.sku_id, k.product_id, k.seller_id, k.price, p.currency, p.sale_regions, p.buyer_limit, p.tax_class, \
     s.shipping_fee, s.free_shipping_from FROM {rows: sku_id BIGINT} \
     JOIN sku AS k ON k.sku_id = rows.sku_id \
     JOIN product AS p ON p.product_id = k.product_id \
     JOIN seller AS s ON s.seller_id = k.seller_id \
     WHERE p.on_shelf = 1",
);

/// Tax rates of a region.
pub static TAXES: Statement = Statement::hot(
    Cell::Catalog,
    "catalog.taxes",
    "SELECT t.region, t.tax_class, t.basis_points FROM tax_rate AS t WHERE t.region = $1",
);

/// A product.
pub static PRODUCT: Statement = Statement::hot(
    Cell::Catalog,
    "catalog.product",
    "SELECT p.product_id, p.seller_id, p.category_id, p.title, p.title_lower, p.brand, p.tags, p.description, p.images, \
     p.currency, p.sale_regions, p.buyer_limit, p.tax_class, p.on_shelf FROM product AS p WHERE p.product_id = $1",
);

/// Writes sellers that do not exist yet.
pub static INSERT_SELLERS: Statement = Statement::hot(
    Cell::Catalog,
    "catalog.insert_sellers",
    "INSERT INTO seller (seller_id, name, region, shipping_fee, free_shipping_from) \
     SELECT rows.seller_id, rows.name, rows.region, rows.shipping_fee, rows.free_shipping_from \
     FROM {rows: seller_id BIGINT, name TEXT, region TEXT, shipping_fee BIGINT, free_shipping_from BIGINT} \
     WHERE true ON CONFLICT DO NOTHING",
);

/// Writes products that do not exist yet.
pub static INSERT_PRODUCTS: Statement = Statement::hot(
    Cell::Catalog,
    "catalog.insert_products",
    "INSERT INTO product (product_id, seller_id, category_id, title, title_lower, brand, tags, description, images, currency, \
     sale_regions, buyer_limit, tax_class, on_shelf) \
     SELECT rows.product_id, rows.seller_id, rows.category_id, rows.title, rows.title_lower, rows.brand, rows.tags, \
     rows.description, rows.images, rows.currency, rows.sale_regions, rows.buyer_limit, rows.tax_class, rows.on_shelf \
     FROM {rows: product_id BIGINT, seller_id BIGINT, category_id BIGINT, title TEXT, title_lower TEXT, brand TEXT, \
     tags TEXT, description TEXT, images TEXT, currency TEXT, sale_regions TEXT, buyer_limit BIGINT, tax_class BIGINT, \
     on_shelf BIGINT} WHERE true ON CONFLICT DO NOTHING",
);

/// Writes SKUs that do not exist yet.
pub static INSERT_SKUS: Statement = Statement::hot(
    Cell::Catalog,
    "catalog.insert_skus",
    "INSERT INTO sku (sku_id, product_id, seller_id, attributes, price) \
     SELECT rows.sku_id, rows.product_id, rows.seller_id, rows.attributes, rows.price \
     FROM {rows: sku_id BIGINT, product_id BIGINT, seller_id BIGINT, attributes TEXT, price BIGINT} \
     WHERE true ON CONFLICT DO NOTHING",
);

/// Writes tax rates that do not exist yet.
pub static INSERT_TAXES: Statement = Statement::hot(
    Cell::Catalog,
    "catalog.insert_taxes",
    "INSERT INTO tax_rate (region, tax_class, basis_points) \
     SELECT rows.region, rows.tax_class, rows.basis_points \
     FROM {rows: region TEXT, tax_class BIGINT, basis_points BIGINT} WHERE true ON CONFLICT DO NOTHING",
);

pub(crate) static ALL: &[&Statement] = &[
    &LIST,
    &LIST_CATEGORY,
    &LIST_SELLER,
    &LIST_SELLER_CATEGORY,
    &LIST_IDS,
    &SKUS,
    &SKU_CARDS,
    &OFFERS,
    &TAXES,
    &PRODUCT,
    &INSERT_SELLERS,
    &INSERT_PRODUCTS,
    &INSERT_SKUS,
    &INSERT_TAXES,
];
