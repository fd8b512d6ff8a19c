// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Shape space: the origin is the middle of the picture, x to the right, y down, in pixels, so that
 * a garment reaches from about -13 to 13. Every measure is drawn from a range; `between` names it.
 */
#include "config.h"

#include "data/garments.h"

#include <math.h>
#include <stdbool.h>

#include "base/alloc.h"

#ifdef __clang__
#pragma STDC FP_CONTRACT OFF // as GCC does with -std=c11: the same images everywhere
#endif

struct sketch {
	struct raster raster;
	struct rng *rng;
	float light; // of the cloth
};

static float between(struct sketch *s, float low, float high)
{
	return rng_uniform(s->rng, low, high);
}

static bool chance(struct sketch *s, float probability)
{
	return rng_float(s->rng) < probability;
}

static void add_quad(struct outline *o, const float xy[8])
{
	for (int i = 0; i < 8; i += 2)
		outline_point(o, xy[i], xy[i + 1]);
}

static void shade_quad(struct sketch *s, const float xy[8], float factor)
{
	struct outline o = {.count = 0};

	add_quad(&o, xy);
	raster_shade(&s->raster, &o, factor);
}

static void shade_box(struct sketch *s, float x0, float y0, float x1, float y1, float factor)
{
	shade_quad(s, (float[]){x0, y0, x1, y0, x1, y1, x0, y1}, factor);
}

/* A bent band: the handle of a bag, the strap of a sandal. */
struct arc {
	float x0, y0, x1, y1, rise, width;
};

static void draw_arc(struct sketch *s, const struct arc *arc, float light)
{
	float x = arc->x0, y = arc->y0;

	for (int i = 1; i <= 7; i++) { // a parabola above the chord
		float t = (float)i / 7;
		float next_x = arc->x0 + t * (arc->x1 - arc->x0);
		float next_y = arc->y0 + t * (arc->y1 - arc->y0) - arc->rise * 4 * t * (1 - t);
		raster_stroke(&s->raster, x, y, next_x, next_y, arc->width, light);
		x = next_x;
		y = next_y;
	}
}

/* -- tops: everything that goes over the head or closes in front ------------------------------- */

struct top {
	float top, hem;			    // y of shoulders at the neck, and of the lower border
	float neck, neck_depth;		    // half width; how deep it is cut
	float shoulder, slope;		    // half width; how far it falls
	float chest, waist, hip;	    // half widths
	float sleeve, sleeve_width, spread; // length, width, how far its end stands off
};

#define ARMPIT 6.0f // below the shoulder

static void draw_sleeve(struct sketch *s, const struct top *t, float side, float light)
{
	float y0 = t->top + t->slope, end_x = t->shoulder + t->spread, end_y = y0 + t->sleeve;
	float depth = t->sleeve < ARMPIT ? t->sleeve : ARMPIT;
	struct outline o = {.count = 0};

	outline_point(&o, side * (t->shoulder - 1.5f), y0 - 0.5f);
	outline_curve(&o, side * (t->shoulder + 1), y0, side * end_x, end_y);
	outline_point(&o, side * (end_x - t->sleeve_width), end_y + 0.5f);
	outline_point(&o, side * (t->chest - 0.5f), y0 + depth + 0.5f);
	raster_fill(&s->raster, &o, light);
}

static void draw_body(struct sketch *s, const struct top *t)
{
	float y0 = t->top + t->slope, middle = 0.5f * (y0 + ARMPIT + t->hem);
	struct outline o = {.count = 0};

	outline_point(&o, 0, t->top + t->neck_depth);
	outline_curve(&o, t->neck, t->top + t->neck_depth, t->neck, t->top);
	outline_point(&o, t->shoulder, y0);
	outline_point(&o, t->chest, y0 + ARMPIT);
	outline_curve(&o, t->waist, middle, t->hip, t->hem);
	outline_point(&o, 0, t->hem + 0.3f);
	outline_mirror(&o);
	raster_fill(&s->raster, &o, s->light);
}

static void draw_top(struct sketch *s, const struct top *t)
{
	float light = s->light * between(s, 0.82f, 1.05f);
	float crease = between(s, 0.6f, 0.95f);

	if (t->sleeve > 0) {
		draw_sleeve(s, t, -1, light);
		draw_sleeve(s, t, 1, light);
	}
	draw_body(s, t);
	if (t->sleeve > 0) {
		float y0 = t->top + t->slope, x = t->chest;

		shade_quad(s, (float[]){x - 0.7f, y0 + 1, x + 0.5f, y0 + 1, x + 0.5f, y0 + ARMPIT,
				  x - 0.7f, y0 + ARMPIT}, crease);
		shade_quad(s, (float[]){-x + 0.7f, y0 + 1, -x - 0.5f, y0 + 1, -x - 0.5f,
				  y0 + ARMPIT, -x + 0.7f, y0 + ARMPIT}, crease);
	}
}

/* The measures that all tops share; each class then sets what is its own. */
static struct top measure_top(struct sketch *s)
{
	struct top t = {
	    .top = between(s, -12.5f, -11),
	    .hem = between(s, 9.5f, 12.5f),
	    .neck = between(s, 2, 3.4f),
	    .neck_depth = between(s, 0.8f, 2.2f),
	    .shoulder = between(s, 5.6f, 7.6f),
	    .slope = between(s, 1, 2.4f),
	};

	t.chest = t.shoulder - between(s, 0, 0.9f);
	t.waist = t.chest - between(s, -0.3f, 1.2f);
	t.hip = t.chest + between(s, -0.6f, 1);
	return t;
}

static void long_sleeves(struct sketch *s, struct top *t, float shortest)
{
	t->sleeve = between(s, shortest, 20);
	t->sleeve_width = between(s, 2.4f, 3.6f);
	t->spread = between(s, 1.8f, 4.2f);
}

static void short_sleeves(struct sketch *s, struct top *t)
{
	t->sleeve = between(s, 3.2f, 7.5f);
	t->sleeve_width = between(s, 3, 4.4f);
	t->spread = between(s, 2.4f, 5);
}

static void shade_placket(struct sketch *s, const struct top *t, float width, float factor)
{
	float x = between(s, -0.4f, 0.4f);

	shade_box(s, x - width, t->top + t->neck_depth, x + width, t->hem, factor);
}

static void draw_collar(struct sketch *s, const struct top *t, float factor)
{
	float y = t->top, n = t->neck + 0.6f, low = t->top + t->neck_depth + 1.8f;

	shade_quad(s,
	    (float[]){-n, y - 0.3f, -n + 1.4f, y - 0.3f, 0, low - 0.6f, -1.8f, low + 0.6f},
	    factor);
	shade_quad(s, (float[]){n, y - 0.3f, n - 1.4f, y - 0.3f, 0, low - 0.6f, 1.8f, low + 0.6f},
	    factor);
}

static void draw_print(struct sketch *s)
{
	float x = between(s, -1.5f, 1.5f), y = between(s, -6, 1);
	float w = between(s, 1.2f, 4), h = between(s, 1, 3.5f);

	shade_box(s, x - w, y - h, x + w, y + h, between(s, 0.35f, 1.7f));
}

static void draw_tshirt(struct sketch *s)
{
	struct top t = measure_top(s);

	if (chance(s, 0.04f))
		long_sleeves(s, &t, 9);
	else
		short_sleeves(s, &t);
	t.neck_depth += between(s, 0, 1.4f);
	draw_top(s, &t);
	if (chance(s, 0.45f))
		draw_print(s);
	if (chance(s, 0.04f))
		draw_collar(s, &t, between(s, 0.75f, 1.25f));
}

static void draw_pullover(struct sketch *s)
{
	struct top t = measure_top(s);
	float rib = between(s, 0.7f, 1);

	long_sleeves(s, &t, 13);
	t.sleeve_width += between(s, 0.4f, 1.8f);
	t.hem -= between(s, 0.8f, 2.6f);
	t.neck_depth -= 0.5f;
	draw_top(s, &t);
	shade_box(s, -12, t.hem - 1.8f, 12, t.hem + 0.5f, rib);
	if (chance(s, 0.25f)) // a high neck
		shade_box(s, -t.neck - 0.5f, t.top - 0.5f, t.neck + 0.5f, t.top + 2,
		    between(s, 0.6f, 0.9f));
	if (chance(s, 0.2f))
		draw_print(s);
	if (chance(s, 0.04f))
		shade_placket(s, &t, 0.5f, between(s, 0.7f, 0.95f));
}

static void draw_coat(struct sketch *s)
{
	struct top t = measure_top(s);

	long_sleeves(s, &t, 14);
	t.hem = between(s, 11.4f, 13.6f);
	t.hip = t.chest + between(s, 0.2f, 2.2f);
	t.neck_depth += between(s, 0, 1.5f);
	draw_top(s, &t);
	if (chance(s, 0.95f))
		shade_placket(s, &t, between(s, 0.5f, 1), between(s, 0.15f, 0.7f));
	if (chance(s, 0.7f)) // lapels
		draw_collar(s, &t, between(s, 0.5f, 0.9f));
	if (chance(s, 0.4f)) // a belt
		shade_box(s, -12, 1, 12, 2.2f, between(s, 0.4f, 0.8f));
}

static void draw_shirt(struct sketch *s)
{
	struct top t = measure_top(s);

	t.shoulder -= 0.5f;
	t.chest -= 0.5f;
	t.waist -= between(s, 0.2f, 1);
	if (chance(s, 0.13f))
		short_sleeves(s, &t);
	else
		long_sleeves(s, &t, 12);
	t.sleeve_width -= 0.4f;
	draw_top(s, &t);
	if (chance(s, 0.92f))
		draw_collar(s, &t,
		    chance(s, 0.6f) ? between(s, 1.3f, 1.8f) : between(s, 0.3f, 0.7f));
	if (chance(s, 0.9f))
		shade_placket(s, &t, between(s, 0.3f, 0.55f), between(s, 0.3f, 0.8f));
	if (chance(s, 0.3f)) // a breast pocket
		shade_box(s, 1.5f, -5, 4, -2.5f, between(s, 0.6f, 0.9f));
}

static void draw_dress(struct sketch *s)
{
	struct top t = measure_top(s);

	t.top = between(s, -13.2f, -12);
	t.hem = between(s, 11, 13.6f);
	t.shoulder = between(s, 3.4f, 5);
	t.neck = between(s, 1.4f, 2.6f);
	t.neck_depth += between(s, 0, 2);
	t.chest = t.shoulder - between(s, -0.4f, 0.8f);
	t.waist = between(s, 2.2f, 3.8f);
	t.hip = between(s, 3.6f, 7.5f);
	if (chance(s, 0.3f))
		short_sleeves(s, &t);
	else if (chance(s, 0.18f))
		long_sleeves(s, &t, 9);
	t.sleeve_width *= 0.75f;
	draw_top(s, &t);
	if (chance(s, 0.3f))
		shade_box(s, -8, -2.5f, 8, -1.4f, between(s, 0.4f, 0.8f));
}

/* -- trousers and bags ------------------------------------------------------------------------- */

static void draw_trouser(struct sketch *s)
{
	float waist = between(s, 2.8f, 4.6f), hip = waist + between(s, 0.2f, 1.3f);
	float top = between(s, -13.3f, -11.5f), hem = between(s, 10.5f, 13.5f);
	float crotch = top + between(s, 5, 9), out = between(s, 2.6f, 5.2f);
	float leg = between(s, 1.6f, 2.9f);
	struct outline o = {.count = 0};

	if (leg > out - 0.4f)
		leg = out - 0.4f;
	outline_point(&o, 0, top);
	outline_point(&o, waist, top);
	outline_point(&o, hip, top + 5);
	outline_curve(&o, 0.5f * (hip + out), 2, out, hem);
	outline_point(&o, out - leg, hem);
	outline_point(&o, 0.25f, crotch);
	outline_mirror(&o);
	raster_fill(&s->raster, &o, s->light);
	shade_box(s, -9, top, 9, top + 1.1f, between(s, 0.6f, 1));
	if (chance(s, 0.5f))
		shade_box(s, -0.4f, top, 0.4f, crotch + 1, between(s, 0.5f, 0.9f));
}

static void draw_handle(struct sketch *s, float top, float half)
{
	struct arc arc = {.x0 = -half, .y0 = top, .x1 = half, .y1 = top};

	arc.rise = between(s, 2.5f, 11);
	arc.width = between(s, 0.8f, 1.8f);
	draw_arc(s, &arc, s->light * between(s, 0.7f, 1));
}

static void draw_bag(struct sketch *s)
{
	float half = between(s, 7.5f, 12.5f), bottom = between(s, 7.5f, 12);
	float height = between(s, 8, 18), narrow = half - between(s, -0.8f, 3);
	float top = bottom - height, corner = between(s, 0.5f, 3);
	struct outline o = {.count = 0};

	if (chance(s, 0.85f))
		draw_handle(s, top + 0.5f, half * between(s, 0.35f, 0.85f));
	outline_point(&o, 0, top);
	outline_point(&o, narrow - corner, top);
	outline_curve(&o, narrow, top, narrow, top + corner);
	outline_point(&o, half, bottom - corner);
	outline_curve(&o, half, bottom, half - corner, bottom);
	outline_point(&o, 0, bottom);
	outline_mirror(&o);
	raster_fill(&s->raster, &o, s->light);
	if (chance(s, 0.5f)) // the flap
		shade_box(s, -13, top + between(s, 2, 0.55f * height), 13, top + 0.6f * height,
		    between(s, 0.5f, 0.9f));
	if (chance(s, 0.4f)) // the lock
		shade_box(s, -1.2f, top + 0.45f * height, 1.2f, top + 0.65f * height,
		    between(s, 0.3f, 1.6f));
}

/* -- shoes: they look to the left -------------------------------------------------------------- */

struct shoe {
	float toe, heel;	// x of both ends
	float ground, sole;	// y of the ground; thickness
	float height;		// of the opening above the sole
	float instep;		// x where the shaft begins
};

static struct shoe measure_shoe(struct sketch *s)
{
	return (struct shoe){
	    .toe = between(s, -13.2f, -11.5f),
	    .heel = between(s, 11, 13.2f),
	    .ground = between(s, 5, 8.5f),
	    .sole = between(s, 1, 2.2f),
	    .instep = between(s, -2.5f, 2),
	};
}

/* Toe, instep, opening, heel, above the sole. */
static void draw_upper(struct sketch *s, const struct shoe *h)
{
	float base = h->ground - h->sole, open = base - h->height, toe = base - between(s, 2.2f, 4);
	struct outline o = {.count = 0};

	outline_point(&o, h->toe, base);
	outline_curve(&o, h->toe, toe, h->toe + 4, toe - 0.3f);
	outline_curve(&o, h->instep - 2, toe - 0.6f, h->instep, open + between(s, 0, 1));
	outline_point(&o, h->heel - 1, open);
	outline_curve(&o, h->heel - 1.2f, base - 2, h->heel, base);
	raster_fill(&s->raster, &o, s->light);
}

static void draw_sole(struct sketch *s, const struct shoe *h, float heel_height, float light)
{
	float base = h->ground - h->sole, front = between(s, 1, 6);
	struct outline o = {.count = 0};

	outline_point(&o, h->toe, base - 0.2f);
	outline_point(&o, h->heel, base - 0.2f);
	outline_point(&o, h->heel - 0.3f, h->ground + heel_height);
	if (heel_height > 0.5f) {
		outline_point(&o, h->heel - 5, h->ground + heel_height);
		outline_point(&o, h->heel - 5.5f, h->ground);
	}
	outline_point(&o, h->toe + front, h->ground);
	outline_point(&o, h->toe, h->ground - 0.6f);
	raster_fill(&s->raster, &o, light);
}

static void draw_sneaker(struct sketch *s)
{
	struct shoe h = measure_shoe(s);
	float light = chance(s, 0.6f) ? between(s, 0.7f, 1) : s->light * between(s, 0.5f, 0.9f);

	h.height = between(s, 5.4f, 8.4f);
	draw_upper(s, &h);
	draw_sole(s, &h, 0, light);
	if (chance(s, 0.7f)) { // laces, or a stripe
		float x = h.instep - 4, y = h.ground - h.sole - 4.5f;

		shade_quad(s, (float[]){x, y, x + 4.5f, y - 1.5f, x + 5, y, x + 1, y + 1.5f},
		    between(s, 0.3f, 1.6f));
	}
	if (chance(s, 0.5f)) {
		float x = between(s, -1, 5), w = between(s, 0.5f, 1.5f);

		shade_quad(s, (float[]){x, -8, x + w, -8, x - 2 + w, 9, x - 2, 9},
		    between(s, 0.4f, 1.5f));
	}
}

static void draw_boot(struct sketch *s)
{
	struct shoe h = measure_shoe(s);

	h.ground = between(s, 8.5f, 11.5f);
	h.height = between(s, 7.5f, 18);
	h.instep = between(s, -1, 3.2f);
	draw_upper(s, &h);
	draw_sole(s, &h, chance(s, 0.55f) ? between(s, 0.8f, 2.4f) : 0,
	    s->light * between(s, 0.5f, 1));
	if (chance(s, 0.5f)) { // a zip, or elastic
		float x = between(s, 2, 7);

		shade_quad(s, (float[]){x, -12, x + 1.4f, -12, x + 1, 5, x - 0.4f, 5},
		    between(s, 0.4f, 0.8f));
	}
	if (chance(s, 0.3f))
		shade_box(s, -13, h.ground - h.sole - h.height, 13,
		    h.ground - h.sole - h.height + 1.6f, between(s, 0.5f, 1.5f));
}

/* Y of the sole's upper side: flat at the toe, rising to the heel. */
static float sole_at(const struct shoe *h, float x, float rise)
{
	float t = (x - h->toe) / (h->heel - h->toe);

	return h->ground - h->sole - rise * t * t;
}

static void draw_straps(struct sketch *s, const struct shoe *h, float rise)
{
	int straps = 1 + (int)rng_below(s->rng, 3);
	float x = h->toe + between(s, 1, 4);

	for (int i = 0; i < straps; i++) {
		float next = x + between(s, 3.5f, 8);
		struct arc arc = {.x0 = x, .x1 = next};

		arc.y0 = sole_at(h, x, rise) + 0.3f;
		arc.y1 = sole_at(h, next, rise) + 0.3f;
		arc.rise = between(s, 2.8f, 5.5f);
		arc.width = between(s, 0.9f, 2.3f);
		draw_arc(s, &arc, s->light * between(s, 0.8f, 1.1f));
		x = next - between(s, 0, 2.5f);
	}
	if (chance(s, 0.7f)) { // round the heel
		struct arc arc = {.x0 = between(s, 0, 5), .x1 = h->heel - 0.7f};

		arc.y0 = sole_at(h, arc.x0, rise);
		arc.y1 = sole_at(h, arc.x1, rise);
		arc.rise = between(s, 3.5f, 8);
		arc.width = between(s, 0.8f, 1.8f);
		draw_arc(s, &arc, s->light);
	}
}

static void draw_sandal(struct sketch *s)
{
	struct shoe h = measure_shoe(s);
	float rise = chance(s, 0.5f) ? between(s, 2, 8) : between(s, 0, 1.2f);
	float thick = between(s, 1, 2.4f);
	bool wedge = chance(s, 0.45f);
	struct outline o = {.count = 0};

	h.ground += 0.5f * rise;
	if (chance(s, 0.08f)) { // almost a shoe: closed at the toe
		struct shoe toe = h;

		toe.height = between(s, 3, 4.5f);
		toe.heel = between(s, 2, 6);
		draw_upper(s, &toe);
	}
	outline_point(&o, h.toe, sole_at(&h, h.toe, rise));
	for (int i = 1; i <= 5; i++) {
		float x = h.toe + (h.heel - h.toe) * (float)i / 5;

		outline_point(&o, x, sole_at(&h, x, rise));
	}
	if (wedge || rise < 1.5f) {
		outline_point(&o, h.heel, h.ground + thick - h.sole);
	} else { // a heel of its own
		outline_point(&o, h.heel - 0.2f, h.ground + thick - h.sole);
		outline_point(&o, h.heel - between(s, 1.2f, 2.5f), h.ground + thick - h.sole);
		outline_point(&o, h.heel - between(s, 2.5f, 4),
		    sole_at(&h, h.heel - 3, rise) + thick);
		outline_point(&o, 0, sole_at(&h, 0, rise) + thick);
	}
	outline_point(&o, h.toe + 0.5f, h.ground + thick - h.sole);
	raster_fill(&s->raster, &o, s->light * between(s, 0.6f, 1));
	draw_straps(s, &h, rise);
}

/* -- what all have in common ------------------------------------------------------------------- */

static void place(struct sketch *s)
{
	float turn = between(s, -0.045f, 0.045f), scale_x = between(s, 0.84f, 1.06f);
	float scale_y = scale_x * between(s, 0.92f, 1.07f), lean = between(s, -0.05f, 0.05f);
	float norm = 1 / (1 + turn * turn), cosine = (1 - turn * turn) * norm,
	    sine = 2 * turn * norm;
	struct placement *at = &s->raster.place;

	at->cx = 14 + between(s, -1.1f, 1.1f);
	at->cy = 14 + between(s, -1, 1);
	at->xx = scale_x * cosine;
	at->yx = scale_x * sine;
	at->xy = scale_y * (lean - sine);
	at->yy = scale_y * cosine;
}

/* Stripes along one axis: factors for 28 rows or columns. */
static void weave(struct sketch *s, float factors[RASTER_SIZE], bool striped)
{
	float period = between(s, 2, 7), phase = between(s, 0, period);
	float dark = striped ? between(s, 0.45f, 0.9f) : 1, fall = between(s, -0.25f, 0.25f);

	for (int i = 0; i < RASTER_SIZE; i++) {
		float at = (float)i + phase;
		float cycle = at / period - (float)(int)(at / period);

		factors[i] = (cycle < 0.5f ? 1 : dark) * (1 + fall * ((float)i / 14 - 1));
	}
}

/* Texture and noise turn brightness into bytes. Four noise values come from one random number. */
static void finish(struct sketch *s, uint8_t *pixels)
{
	float rows[RASTER_SIZE], columns[RASTER_SIZE];
	float grain = between(s, 0.02f, 0.14f), dust = chance(s, 0.3f) ? between(s, 0, 0.06f) : 0;
	uint64_t bits = 0;

	weave(s, rows, chance(s, 0.22f));
	weave(s, columns, chance(s, 0.14f));
	for (int i = 0; i < RASTER_SIZE * RASTER_SIZE; i++) {
		float cloth = s->raster.light[i] * rows[i / RASTER_SIZE] * columns[i % RASTER_SIZE];
		float noise, value;

		if (i % 4 == 0)
			bits = rng_u64(s->rng);
		noise = (float)(bits & 0xffff) * 0x1p-15f - 1; // uniform in [-1, 1)
		bits >>= 16;
		value = cloth * (1 + grain * noise) + dust * (noise > 0 ? noise : 0);
		pixels[i] = (uint8_t)(value >= 1 ? 255 : value <= 0 ? 0 : value * 255 + 0.5f);
	}
}

void garment_draw(int label, struct rng *rng, uint8_t pixels[RASTER_SIZE * RASTER_SIZE])
{
	static void (*const draw[GARMENTS_CLASSES])(struct sketch *) = {draw_tshirt, draw_trouser,
	    draw_pullover, draw_dress, draw_coat, draw_sandal, draw_shirt, draw_sneaker, draw_bag,
	    draw_boot};
	struct sketch s = {.rng = rng};

	raster_clear(&s.raster);
	s.light = between(&s, 0.3f, 0.95f);
	place(&s);
	draw[label](&s);
	finish(&s, pixels);
}
