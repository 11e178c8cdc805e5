-- Sellers, products, SKUs, tax. Amounts are minor units of the currency.
CREATE TABLE seller (
    seller_id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    region TEXT NOT NULL,
    -- Flat shipping per order; free when the goods reach the threshold. A fee of 0 is always free.
    shipping_fee BIGINT NOT NULL CHECK (shipping_fee >= 0),
    free_shipping_from BIGINT CHECK (free_shipping_from >= 0)
);

CREATE TABLE product (
    product_id BIGINT NOT NULL PRIMARY KEY,
    seller_id BIGINT NOT NULL,
    category_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    -- Title in lower case, for the search by a part of it.
    title_lower TEXT NOT NULL,
    brand TEXT NOT NULL,
    -- JSON arrays of strings.
    tags TEXT NOT NULL,
    description TEXT NOT NULL,
    images TEXT NOT NULL,
    currency TEXT NOT NULL,
    -- Regions that it is sold in, as ",US,GB,"; "*" for all.
    sale_regions TEXT NOT NULL,
    -- Units that one account may buy of it; NULL: any number.
    buyer_limit BIGINT CHECK (buyer_limit >= 0),
    -- Row of tax_rate; 0 is exempt.
    tax_class BIGINT NOT NULL,
    on_shelf BIGINT NOT NULL CHECK (on_shelf IN (0, 1))
);
CREATE INDEX product_seller ON product (seller_id, product_id);
CREATE INDEX product_category ON product (category_id, product_id);

CREATE TABLE sku (
    sku_id BIGINT NOT NULL PRIMARY KEY,
    product_id BIGINT NOT NULL,
    seller_id BIGINT NOT NULL,
    -- JSON object of strings.
    attributes TEXT NOT NULL,
    price BIGINT NOT NULL CHECK (price > 0)
);
CREATE INDEX sku_product ON sku (product_id, sku_id);

CREATE TABLE tax_rate (
    region TEXT NOT NULL,
    tax_class BIGINT NOT NULL,
    -- Hundredths of a percent.
    basis_points BIGINT NOT NULL CHECK (basis_points BETWEEN 0 AND 10000),
    PRIMARY KEY (region, tax_class)
);
