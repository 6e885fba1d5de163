"""The accuracy that the recipe of the training suite gives in PyTorch: where the suite's expected band comes from.

The same network (Conv4, 32 filters), data (the 10,000 test images of Fashion-MNIST, 80 % of each class to learn from), recipe
(batch 100, SGD with momentum 0.9, weight decay 5e-4, learning rate 0.1 along half a cosine to 0, 10 epochs, no augmentation),
written with torch alone and sharing no code with this repository. Splits, initial weights and order are torch's own, one
seed a run, so the runs show the spread of the recipe, not of one split.

Usage: python conv4_torch.py DATA_FOLDER OUTPUT.json [SEEDS]
DATA_FOLDER holds fashion-mnist/t10k-images-idx3-ubyte.gz and fashion-mnist/t10k-labels-idx1-ubyte.gz.
"""

import gzip
import json
import statistics
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

EPOCHS, BATCH, RATE, MOMENTUM, DECAY, FILTERS, TRAIN_SHARE = 10, 100, 0.1, 0.9, 5e-4, 32, 0.8


def read(folder: Path) -> tuple[torch.Tensor, torch.Tensor]:
    with gzip.open(folder / "t10k-images-idx3-ubyte.gz") as file:
        images = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 1, 28, 28)
    with gzip.open(folder / "t10k-labels-idx1-ubyte.gz") as file:
        labels = np.frombuffer(file.read(), np.uint8, offset=8)
    return (torch.tensor(images, dtype=torch.float32) / 255 - 0.5) / 0.5, torch.tensor(labels, dtype=torch.int64)


def layer(inputs: int) -> list[nn.Module]:
    return [nn.Conv2d(inputs, FILTERS, 3, padding=1), nn.BatchNorm2d(FILTERS), nn.ReLU(), nn.MaxPool2d(2)]


def run(images: torch.Tensor, labels: torch.Tensor, seed: int) -> float:
    torch.manual_seed(seed)
    train, test = [], []
    for label in range(10):
        own = torch.nonzero(labels == label).flatten()
        own = own[torch.randperm(len(own))]
        cut = round(len(own) * TRAIN_SHARE)
        train.append(own[:cut])
        test.append(own[cut:])
    train, test = torch.cat(train), torch.cat(test)
    model = nn.Sequential(*layer(1), *layer(FILTERS), *layer(FILTERS), *layer(FILTERS), nn.Flatten(), nn.Linear(FILTERS, 10))
    optimiser = torch.optim.SGD(model.parameters(), lr=RATE, momentum=MOMENTUM, weight_decay=DECAY)
    steps = EPOCHS * (len(train) // BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for _ in range(EPOCHS):
        model.train()
        order = train[torch.randperm(len(train))]
        for start in range(0, len(order) - BATCH + 1, BATCH):
            chosen = order[start : start + BATCH]
            optimiser.zero_grad()
            F.cross_entropy(model(images[chosen]), labels[chosen]).backward()
            optimiser.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        return (model(images[test]).argmax(1) == labels[test]).float().mean().item()


def main() -> None:
    images, labels = read(Path(sys.argv[1]) / "fashion-mnist")
    seeds = int(sys.argv[3]) if len(sys.argv) > 3 else 10
    accuracies = []
    for seed in range(seeds):
        accuracies.append(run(images, labels, seed))
        print(seed, round(accuracies[-1], 4), flush=True)
    mean, deviation = statistics.mean(accuracies), statistics.stdev(accuracies)
    result = {
        "torch": torch.__version__,
        "recipe": {
            "network": "conv4-32 with batch norm", "epochs": EPOCHS, "batch": BATCH, "rate": RATE, "momentum": MOMENTUM,
            "weightDecay": DECAY, "trainShare": TRAIN_SHARE,
        },
        "testAccuracies": [round(value, 6) for value in accuracies],
        "mean": round(mean, 6),
        "deviation": round(deviation, 6),
    }
    Path(sys.argv[2]).write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
