// Makes dal/src/money/cldr.rs from CLDR. Run it in a scratch directory, so that the packages stay out of the project:
//
//   npm install cldr-core@48 cldr-numbers-full@48
//   node …/dal/cldr/make_table.mjs node_modules > …/dal/src/money/cldr.rs && cargo fmt -p live-pack-dal
import fs from 'node:fs';
import path from 'node:path';

const languages = ['en', 'id', 'vi', 'th', 'ms', 'fil', 'ja', 'de', 'fr', 'es', 'it', 'pt', 'zh', 'zh-Hant'];
const regions = ['US', 'GB', 'ID', 'VN', 'TH', 'MY', 'PH', 'SG', 'JP', 'DE', 'FR', 'ES', 'IT', 'IE', 'BR', 'MX'];
const currencies = ['BRL', 'EUR', 'GBP', 'IDR', 'JPY', 'MXN', 'MYR', 'PHP', 'SGD', 'THB', 'USD', 'VND'];

const packages = process.argv[2];
const read = (...parts) => JSON.parse(fs.readFileSync(path.join(packages, ...parts)));
const core = read('cldr-core', 'package.json').version;
const parents = read('cldr-core', 'supplemental', 'parentLocales.json').supplemental.parentLocales.parentLocale;
const known = (locale) => fs.existsSync(path.join(packages, 'cldr-numbers-full', 'main', locale));

/** The locale whose data a locale inherits: itself, with the language's own script, its parent, its language. */
function resolve(language, region) {
    const own = `${language}-${region}`;
    if (known(own)) return own;
    if (language === 'zh' && known(`zh-Hans-${region}`)) return `zh-Hans-${region}`;
    return parents[own] ?? language;
}

const unquote = (text) => text.replaceAll("'", '');
/** A pattern, split at its digits: what stands before, and behind. */
function split(pattern) {
    const [, before, behind] = /^([^#0]*)[#0,.]+(.*)$/su.exec(pattern.split(';')[0]);
    return [unquote(before), unquote(behind)];
}

function row(locale) {
    const { numbers } = read('cldr-numbers-full', 'main', locale, 'numbers.json').main[locale];
    const names = read('cldr-numbers-full', 'main', locale, 'currencies.json').main[locale].numbers.currencies;
    const symbols = numbers['symbols-numberSystem-latn'];
    const currency = numbers['currencyFormats-numberSystem-latn'];
    const range = numbers['miscPatterns-numberSystem-latn'].range;
    if (!range.startsWith('{0}') || !range.endsWith('{1}')) throw new Error(`${locale}: range ${range}`);
    if (symbols.currencyDecimal || symbols.currencyGroup) throw new Error(`${locale}: separators of money only`);
    const short = numbers['decimalFormats-numberSystem-latn'].short.decimalFormat;
    const compact = [];
    for (let power = 3; power <= 14; power++) {
        const patterns = new Set(Object.keys(short).filter((key) => key.startsWith(`1${'0'.repeat(power)}-count-`)).map((key) => short[key]));
        if (patterns.size !== 1) throw new Error(`${locale}: plural forms of 10^${power}: ${[...patterns]}`);
        const [pattern] = patterns;
        const [, before, zeros, behind] = /^([^0]*)(0+)(.*)$/su.exec(pattern);
        if (before) throw new Error(`${locale}: ${pattern}`);
        compact.push(pattern === '0' ? [0, ''] : [power + 1 - zeros.length, unquote(behind)]);
    }
    return {
        decimal: symbols.decimal, group: symbols.group, minus: symbols.minusSign,
        minimum_grouping: Number(numbers.minimumGroupingDigits),
        currency: split(currency.standard), currency_letter: split(currency['standard-alphaNextToNumber'] ?? currency.standard),
        percent: split(numbers['percentFormats-numberSystem-latn'].standard.replace('%', symbols.percentSign)),
        range: range.slice(3, -3), compact,
        symbols: currencies.map((code) => names[code]?.symbol ?? code),
    };
}

const rust = (text) => `"${[...text].map((c) => {
    const code = c.codePointAt(0);
    return c === '"' || c === '\\' ? `\\${c}` : code < 0x20 || (code >= 0x7f && code <= 0xa0) || (code >= 0x2000 && code <= 0x206f && code !== 0x2013) ? `\\u{${code.toString(16)}}` : c;
}).join('')}"`;
const pair = ([a, b]) => `(${rust(a)}, ${rust(b)})`;

const rows = [], numbers = new Map(), locales = [];
function add(name, locale) {
    const made = row(locale);
    const text = JSON.stringify(made);
    if (!numbers.has(text)) { numbers.set(text, rows.length); rows.push([locale, made]); }
    locales.push([name, numbers.get(text)]);
}
for (const language of languages) {
    add(language, language);
    for (const region of regions) add(`${language}-${region}`, resolve(language, region));
}
locales.sort(([a], [b]) => (a < b ? -1 : 1));

console.log(`//! CLDR formats of numbers and money: CLDR ${core}, by \`dal/cldr/make_table.mjs\`. Do not edit.

use super::Numbers;

/// The currencies of \`Numbers::symbols\`, in its order.
pub(super) const CURRENCIES: [&str; ${currencies.length}] = [${currencies.map(rust).join(', ')}];

/// Every locale, sorted, with its index in \`NUMBERS\`.
pub(super) static LOCALES: [(&str, usize); ${locales.length}] = [`);
for (const [name, index] of locales) console.log(`(${rust(name)}, ${index}),`);
console.log(`];

/// The formats; locales with equal formats share one.
pub(super) static NUMBERS: [Numbers; ${rows.length}] = [`);
for (const [locale, n] of rows) {
    console.log(`// ${locale}
    Numbers {
        decimal: ${rust(n.decimal)}, group: ${rust(n.group)}, minus: ${rust(n.minus)}, minimum_grouping: ${n.minimum_grouping},
        currency: ${pair(n.currency)}, currency_letter: ${pair(n.currency_letter)}, percent: ${pair(n.percent)}, range: ${rust(n.range)},
        compact: [${n.compact.map(([shift, text]) => `(${shift}, ${rust(text)})`).join(', ')}],
        symbols: [${n.symbols.map(rust).join(', ')}],
    },`);
}
console.log('];');
