"""Makes the golden models and rows of ../trees.rs with the real LightGBM and XGBoost, and an artefact by the README's code.

Usage: python make.py (needs lightgbm 4.7.0 and xgboost-cpu 3.2.0).

Each model gives NAME.txt (LightGBM's text) or NAME.json (XGBoost's) and NAME.rows: a line per row, the bits of its f32 values in hexadecimal,
then `|`, the bits of the raw scores (f64), then `|`, the bits of the predictions (f64).
"""
import struct
from pathlib import Path

import lightgbm as lgb
import numpy as np
import xgboost as xgb

HERE = Path(__file__).parent


def data(rng, n, nan, zero):
    x = rng.normal(size=(n, 8)).astype(np.float32)
    x[:, 5] = rng.integers(0, 40, n)
    x[:, 6] = rng.integers(0, 5, n)
    x[:, 7] = np.round(x[:, 7] * 2) / 2
    hidden = x[:, 0] * 2 + np.sin(x[:, 1] * 3) + (x[:, 5] % 7 == 2) * 2 + x[:, 6] * 0.3 + x[:, 7]
    if nan:
        x[rng.random(x.shape) < nan] = np.nan
    if zero:
        x[rng.random(x.shape) < zero] = 0
    return x, hidden + rng.normal(size=n) * 0.3


def odd(rng, x):
    """Rows with values at and beside thresholds, zeros of both signs, tiny and huge values, NaN, strange categories."""
    special = np.array([0.0, -0.0, 1e-36, -1e-36, 1e-35, 2e-35, 1e-30, 3.4e38, -3.4e38, np.inf, -np.inf, np.nan, -0.5,
                        -1, -7, 3.7, 39, 40, 1000, 2.2e9, -2.2e9, 0.5, 1.0], dtype=np.float32)
    rows = x[rng.integers(0, len(x), 160)].copy()
    mask = rng.random(rows.shape) < 0.35
    rows[mask] = special[rng.integers(0, len(special), int(mask.sum()))]
    return np.vstack([rows, x[:40]])


def make(name, params, rounds=12, nan=0.0, zero=0.0, categories=(), classes=0, counts=False):
    rng = np.random.default_rng(7)
    x, y = data(rng, 3000, nan, zero)
    if classes:
        y = np.clip(np.digitize(y, np.quantile(y, [0.3, 0.7])), 0, classes - 1)
    elif params["objective"] in ("binary", "cross_entropy", "cross_entropy_lambda"):
        y = (y > 0.5).astype(float)
    elif counts:
        y = rng.poisson(np.exp(np.clip(y / 3, -3, 2)))
    names = ["price", "age", "sold", "rating", "noise", "shop", "level", "step"]
    sets = dict(label=y, feature_name=names, categorical_feature=[names[c] for c in categories], free_raw_data=False)
    if params["objective"] == "lambdarank":
        sets["label"] = np.clip(np.digitize(y, np.quantile(y, [0.5, 0.8, 0.95])), 0, 3)
        sets["group"] = [30] * 100
    base = dict(num_leaves=31, min_data_in_leaf=5, verbose=-1, num_threads=1, deterministic=True, seed=1, max_cat_to_onehot=4)
    booster = lgb.train(base | params, lgb.Dataset(x, **sets), num_boost_round=rounds)
    booster.save_model(HERE / f"{name}.txt")
    loaded = lgb.Booster(model_file=HERE / f"{name}.txt")
    rows = odd(rng, x)
    raw = np.atleast_2d(loaded.predict(rows, raw_score=True).reshape(len(rows), -1))
    done = np.atleast_2d(loaded.predict(rows).reshape(len(rows), -1))
    save(name, rows, raw, done)


def save(name, rows, raw, done):
    with open(HERE / f"{name}.rows", "w") as out:
        for row, r, d in zip(rows, raw, done):
            f32 = " ".join(f"{struct.unpack('<I', struct.pack('<f', v))[0]:08x}" for v in row)
            f64 = [" ".join(f"{struct.unpack('<Q', struct.pack('<d', v))[0]:016x}" for v in values) for values in (r, d)]
            print(f32, "|", f64[0], "|", f64[1], file=out)


make("binary", dict(objective="binary"), nan=0.1, categories=(5, 6))
make("missing_zero", dict(objective="regression", zero_as_missing=True), nan=0.05, zero=0.2, categories=(5,))
make("missing_none", dict(objective="regression", use_missing=False), nan=0.1)
make("no_nan_seen", dict(objective="regression"))
make("multiclass", dict(objective="multiclass", num_class=3, num_leaves=15), rounds=5, nan=0.05, classes=3, categories=(6,))
make("ova", dict(objective="multiclassova", num_class=3, num_leaves=7), rounds=3, classes=3)
make("wide", dict(objective="lambdarank", num_leaves=64), rounds=4, nan=0.1, categories=(5,))
make("large", dict(objective="regression_l1", num_leaves=200), rounds=3, nan=0.1, categories=(5,))
make("forest", dict(objective="regression", boosting="rf", bagging_freq=1, bagging_fraction=0.6), rounds=6, nan=0.1)
make("poisson", dict(objective="poisson", num_leaves=15), rounds=4, counts=True)
make("square", dict(objective="regression", reg_sqrt=True, num_leaves=15), rounds=4)
make("entropy", dict(objective="cross_entropy", num_leaves=7), rounds=3)
make("entropy_lambda", dict(objective="cross_entropy_lambda", num_leaves=7), rounds=3)


def make_xgboost(name, params, rounds=8, nan=0.1, categories=False, classes=0, counts=False):
    rng = np.random.default_rng(7)
    x, y = data(rng, 3000, 0, 0)
    if params["objective"] in ("binary:logistic",):
        y = (y > 0.5).astype(float)
    elif classes:
        y = np.clip(np.digitize(y, np.quantile(y, [0.3, 0.7])), 0, classes - 1)
    elif counts:
        y = rng.poisson(np.exp(np.clip(y / 3, -3, 2)))
    x[rng.random(x.shape) < nan] = np.nan
    names = ["price", "age", "sold", "rating", "noise", "shop", "level", "step"]
    types = ["c" if categories and name in ("shop", "level") else "q" for name in names]
    matrix = lambda rows, **more: xgb.DMatrix(rows, feature_names=names, feature_types=types, enable_categorical=True, **more)
    booster = xgb.train(dict(nthread=1, seed=1) | params, matrix(x, label=y), rounds)
    booster.save_model(HERE / f"{name}.json")
    rows = odd(rng, x)
    # XGBoost refuses infinities, and categories that are none
    rows[np.isinf(rows)] = np.nan
    if categories:
        rows[:, 5:7] = np.where(rows[:, 5:7] < 0, np.nan, np.floor(np.minimum(rows[:, 5:7], 70)))
    raw = booster.predict(matrix(rows), output_margin=True).reshape(len(rows), -1).astype(np.float64)
    done = booster.predict(matrix(rows)).reshape(len(rows), -1).astype(np.float64)
    save(name, rows, raw, done)


make_xgboost("xgb_binary", dict(objective="binary:logistic", max_depth=5), categories=True)
make_xgboost("xgb_squares", dict(objective="reg:squarederror", max_depth=6, base_score=0.25))
make_xgboost("xgb_classes", dict(objective="multi:softprob", num_class=3, max_depth=3), rounds=4, classes=3)
make_xgboost("xgb_counts", dict(objective="count:poisson", max_leaves=20, grow_policy="lossguide", num_parallel_tree=2), rounds=3, counts=True)

# the code of the README, run as it stands there
readme = (HERE / "../../../offline/README.md").read_text()
exec(readme.split("```python\n")[1].split("```")[0])
rng = np.random.default_rng(3)
x, y = data(rng, 500, 0.1, 0)
booster = lgb.train(dict(objective="binary", num_leaves=6, verbose=-1, num_threads=1, seed=1), lgb.Dataset(x, label=(y > 0.5)), 3)
export(booster, x[:20], HERE / "artefact")
