// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One synthetic garment: a silhouette of one of ten classes with a cut, a place, a texture, a
 * brightness and noise of its own. Our own drawings; only the class names are Fashion-MNIST's. Tops
 * are drawn from one pattern with overlapping measures, so that T-shirts, shirts, pullovers and
 * coats are as easily confused as in photographs.
 */
#ifndef DATA_GARMENTS_H
#define DATA_GARMENTS_H

#include <stdint.h>

#include "base/rng.h"
#include "data/raster.h"

#define GARMENTS_CLASSES 10

// Draw into 28 x 28 bytes, 0 background. Takes its random numbers from `rng` only.
void garment_draw(int label, struct rng *rng, uint8_t pixels[RASTER_SIZE * RASTER_SIZE]);

#endif
