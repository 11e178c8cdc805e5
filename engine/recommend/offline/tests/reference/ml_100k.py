"""Metrics of the algorithms on ML-100k, by numpy and scipy only, as expected values of ../ml_100k.rs.

Usage: python ml_100k.py PATH/ml-100k.inter        (needs numpy and scipy; about two minutes)
Written from the definitions, without a look at the Rust code: dense matrices, argsort, no shared tricks.
"""
import sys

import numpy as np
import scipy.linalg as sl


def fnv(text):
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = ((value ^ byte) * 0x100000001B3) % (1 << 64)
    return value


def load(path):
    rows = [line.split("\t") for line in open(path).read().splitlines()[1:]]
    rows = [(int(u), int(i), int(float(t))) for u, i, _, t in rows]
    users = {u: n for n, u in enumerate(sorted({r[0] for r in rows}))}
    items = {i: n for n, i in enumerate(sorted({r[1] for r in rows}))}
    return rows, users, items


def split(rows, kind):
    if kind == "hash":
        return [fnv(f"{u}:{i}") % 5 == 0 for u, i, _ in rows]
    if kind == "leave-last-out":
        last = {}
        for n, (u, i, t) in enumerate(rows):
            if u not in last or (t, i) > (rows[last[u]][2], rows[last[u]][1]):
                last[u] = n
        return [last[u] == n for n, (u, _, _) in enumerate(rows)]
    order = sorted(range(len(rows)), key=lambda n: (rows[n][2], rows[n][0], rows[n][1]))
    test = set(order[len(rows) - len(rows) // 5:])
    return [n in test for n in range(len(rows))]


def measure(scores, x, test, k=10):
    scores = np.where(x > 0, -np.inf, scores)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    gains = 1 / np.log2(np.arange(2, k + 2))
    out = []
    for u in range(len(x)):
        relevant = int(test[u].sum())
        if not relevant:
            continue
        hit = test[u][order[u]]
        best = min(k, relevant)
        ranks = np.arange(1, k + 1)
        out.append([
            float(hit.any()), (hit * gains).sum() / gains[:best].sum(), hit.sum() / relevant, hit.sum() / k,
            (hit * np.cumsum(hit) / ranks).sum() / best, (hit / ranks).max(),
        ])
    return np.mean(out, axis=0), len(out)


def keep_rows(s, k):
    order = np.argsort(-s, axis=1, kind="stable")[:, :k]
    kept = np.zeros_like(s)
    np.put_along_axis(kept, order, np.take_along_axis(s, order, 1), 1)
    return kept


def cosine(x):
    c = x.T @ x
    n = np.diag(c).copy()
    with np.errstate(all="ignore"):
        s = np.nan_to_num(c / np.sqrt(np.outer(n, n)))
    np.fill_diagonal(s, 0)
    return s


def ease(x, lam):
    p = sl.inv(x.T @ x + lam * np.eye(x.shape[1]))
    b = -p / np.diag(p)[None, :]
    np.fill_diagonal(b, 0)
    return x @ b


def rp3beta(x, alpha, beta, k):
    nu, ni = x.sum(1), x.sum(0)
    with np.errstate(all="ignore"):
        pui = np.nan_to_num((x / nu[:, None])) ** alpha * (x > 0)
        piu = np.nan_to_num((x.T / ni[:, None])) ** alpha * (x.T > 0)
        w = np.nan_to_num(piu @ pui / (ni ** beta)[None, :])
    np.fill_diagonal(w, 0)
    return pui @ keep_rows(w, k)


def swing(x, alpha, k):
    n = x.sum(1)
    s = np.zeros((x.shape[1], x.shape[1]))
    w = np.where(n > 0, 1 / np.sqrt(np.maximum(n, 1)), 0)
    for u in range(len(x)):
        both = x[u + 1:] * x[u]
        shared = both.sum(1)
        factor = w[u] * w[u + 1:] / (alpha + shared)
        columns = np.flatnonzero(x[u])
        part = both[:, columns]
        s[np.ix_(columns, columns)] += (part * factor[:, None]).T @ part
    np.fill_diagonal(s, 0)
    return x @ keep_rows(s, k)


def ials(x, dim, reg, alpha0, sweeps, seed):
    rng = np.random.default_rng(seed)
    users = rng.normal(0, 0.1 / np.sqrt(dim), (x.shape[0], dim))
    items = rng.normal(0, 0.1 / np.sqrt(dim), (x.shape[1], dim))

    def half(free, fixed, m):
        base = alpha0 * fixed.T @ fixed
        for r in range(len(m)):
            h = fixed[m[r] > 0]
            lam = reg * (len(h) + alpha0 * len(fixed))
            free[r] = np.linalg.solve(base + h.T @ h + lam * np.eye(dim), h.sum(0))

    for _ in range(sweeps):
        half(users, items, x)
        half(items, users, x.T)
    return users @ items.T


def main():
    rows, users, items = load(sys.argv[1])
    for kind in ["leave-last-out", "hash", "time"]:
        flags = split(rows, kind)
        x = np.zeros((len(users), len(items)))
        t = np.zeros_like(x)
        for (u, i, _), test in zip(rows, flags):
            (t if test else x)[users[u], items[i]] = 1
        runs = [("popularity", "{}", lambda: np.tile(x.sum(0), (len(x), 1)))]
        for lam in [100, 250, 500]:
            runs.append(("ease", f'{{"lambda":{lam}}}', lambda lam=lam: ease(x, lam)))
        for k in [50, 100, 200]:
            runs.append(("item-cosine", f'{{"k":{k}}}', lambda k=k: x @ keep_rows(cosine(x), k).T))
            runs.append(("user-cosine", f'{{"k":{k}}}', lambda k=k: keep_rows(cosine(x.T), k) @ x))
        runs.append(("rp3beta", '{"alpha":1,"beta":0.6,"k":100}', lambda: rp3beta(x, 1, 0.6, 100)))
        runs.append(("rp3beta", '{"alpha":0.8,"beta":0.4,"k":50}', lambda: rp3beta(x, 0.8, 0.4, 50)))
        runs.append(("swing", '{"alpha":1,"k":100}', lambda: swing(x, 1, 100)))
        for a0 in [0.1, 0.3]:
            for seed in [0, 1, 2]:
                name = f'{{"dim":64,"reg":0.01,"alpha0":{a0},"sweeps":16,"seed":{seed}}}'
                runs.append(("ials", name, lambda a0=a0, seed=seed: ials(x, 64, 0.01, a0, 16, seed)))
        for name, params, scores in runs:
            values, n = measure(scores(), x, t)
            print(kind, name, params, *[f"{v:.6f}" for v in values], n, sep="\t", flush=True)


main()
