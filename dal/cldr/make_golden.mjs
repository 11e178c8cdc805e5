// Makes dal/src/money/golden/*.tsv, what Intl says of the same things. Needs a node whose `process.versions.cldr` is 48:
//
//   node dal/cldr/make_golden.mjs dal/src/money/golden [all]
//
// `all` adds every currency to every locale, which is too much to check in.
import fs from 'node:fs';

const [, , directory, all] = process.argv;
const languages = ['en', 'id', 'vi', 'th', 'ms', 'fil', 'ja', 'de', 'fr', 'es', 'it', 'pt', 'zh', 'zh-Hant'];
const regions = {
    US: ['en', 'USD', 2], GB: ['en', 'GBP', 2], ID: ['id', 'IDR', 0], VN: ['vi', 'VND', 0], TH: ['th', 'THB', 2], MY: ['ms', 'MYR', 2],
    PH: ['fil', 'PHP', 2], SG: ['en', 'SGD', 2], JP: ['ja', 'JPY', 0], DE: ['de', 'EUR', 2], FR: ['fr', 'EUR', 2], ES: ['es', 'EUR', 2],
    IT: ['it', 'EUR', 2], IE: ['en', 'EUR', 2], BR: ['pt', 'BRL', 2], MX: ['es', 'MXN', 2],
};
const decimals = Object.fromEntries(Object.values(regions).map(([, currency, digits]) => [currency, digits]));
const money = (locale, currency) => new Intl.NumberFormat(locale, {
    style: 'currency', currency, minimumFractionDigits: decimals[currency], maximumFractionDigits: decimals[currency],
});
const write = (name, lines) => fs.writeFileSync(`${directory}/${name}.tsv`, lines.map((line) => line.join('\t') + '\n').join(''));

const own = [], numbers = [], cross = [];
for (const [region, [language, currency]] of Object.entries(regions)) {
    const locale = `${language}-${region}`;
    for (const amount of ['0', '0.5', '9.99', '10', '999.99', '1234.5', '12345.67', '1234567.89']) own.push([locale, currency, amount, money(locale, currency).format(amount)]);
    for (const [low, high] of [['9.99', '19.99'], ['1234', '56789']]) own.push([locale, currency, `${low}..${high}`, money(locale, currency).formatRange(low, high)]);
}
for (const language of languages) for (const region of Object.keys(regions)) {
    const locale = `${language}-${region}`;
    const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
    const percent = new Intl.NumberFormat(locale, { style: 'percent' });
    const count = [999, 1000, 1234, 9949, 9950, 9999, 12345, 123456, 999949, 999950, 1234567, 123456789, 9999999999, 1234567890123];
    numbers.push([locale, percent.format(0.25), ...count.map((n) => compact.format(n))]);
    const some = all ? Object.keys(decimals) : [...new Set(['USD', 'IDR', regions[region][1]])];
    for (const currency of some) cross.push([locale, currency, money(locale, currency).format(1234.5), money(locale, currency).formatRange(12345.67, 23456)]);
}
write('own', own);
write('numbers', [['locale', '25', 999, 1000, 1234, 9949, 9950, 9999, 12345, 123456, 999949, 999950, 1234567, 123456789, 9999999999, 1234567890123], ...numbers]);
write('cross', cross);
