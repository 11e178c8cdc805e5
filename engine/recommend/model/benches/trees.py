"""Trains 200 trees of 31 leaves on 32 features with LightGBM, measures its prediction of 1,000 rows on one core.

Usage: python trees.py FOLDER (needs lightgbm 4.7.0). Writes model.txt, rows.f32 and raw.f64 into FOLDER and prints the
best time of 60 runs in milliseconds.
"""
import sys
import time
from pathlib import Path

import lightgbm as lgb
import numpy as np

folder = Path(sys.argv[1])
rng = np.random.default_rng(3)
x = rng.normal(size=(20_000, 32)).astype(np.float32)
x[rng.random(x.shape) < 0.05] = np.nan
y = (np.nan_to_num(x[:, 0] * x[:, 1] + np.sin(3 * x[:, 2]) + x[:, 3]) + rng.normal(size=len(x)) > 0).astype(float)
names = [f"f{n}" for n in range(32)]
params = dict(objective="binary", num_leaves=31, learning_rate=0.05, verbose=-1, num_threads=1, deterministic=True, seed=1)
booster = lgb.train(params, lgb.Dataset(x, label=y, feature_name=names), num_boost_round=200)
booster.save_model(folder / "model.txt")
loaded = lgb.Booster(model_file=folder / "model.txt", params=dict(num_threads=1))
rows = x[:1000].copy()
raw = loaded.predict(rows, raw_score=True, num_threads=1)
rows.tofile(folder / "rows.f32")
raw.tofile(folder / "raw.f64")
best = float("inf")
for _ in range(60):
    start = time.perf_counter()
    loaded.predict(rows, raw_score=True, num_threads=1)
    best = min(best, time.perf_counter() - start)
print(best * 1000)
