// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * .pth files made to deceive: each is refused in one line that says why, and whatever is accepted
 * holds what the sound file holds.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "engine/tensor.h"
#include "model/pth.h"
#include "model/zip_builder.h"
#include "support/check.h"

#define STORAGE(key, count) "(X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0" key "X\3\0\0\0cpu" count "tQ"
#define HOOKS "ccollections\nOrderedDict\n)R"
#define TENSOR(key, count, offset, sizes, strides)                                                 \
	"ctorch._utils\n_rebuild_tensor_v2\n(" STORAGE(key, count) offset sizes strides "\x89" HOOKS "tR"
#define SOUND TENSOR("0", "K\2", "K\0", "(K\2t", "(K\1t")
#define PICKLE(body) "\x80\x02" body "."

/* Parses bytes in a block of exactly their size, so that a sanitizer sees what reads past them. */
static int parse(const char *bytes, size_t len, struct pth_tree *ret, struct diag *diag)
{
	char *exact = xmalloc(len ? len : 1, 1);
	int err;

	memcpy(exact, bytes, len);
	diag_clear(diag);
	err = pth_parse("x.pth", exact, len, ret, diag);
	mem_free(exact);
	return err;
}

static void refuse(const char *bytes, size_t len, const char *message)
{
	struct pth_tree tree = PTH_TREE_INIT;
	struct strbuf line = STRBUF_INIT;
	struct diag diag;

	assert_true(parse(bytes, len, &tree, &diag) < 0);
	assert_null(tree.root);
	diag_format(&diag, &line);
	check_contains(line.data, message);
	check_contains(line.data, "x.pth: ");
	assert_null(strchr(line.data, '\n'));
	assert_true(diag.hint[0] != '\0');
	strbuf_release(&line);
}

static void refuse_zip(struct zip_builder *zip, const char *message)
{
	zip_builder_finish(zip);
	refuse(zip->file.data, zip->file.len, message);
	strbuf_release(&zip->file);
}

static const float elements[2] = {1, 2};

/* A sound file but for its pickle. */
static void build(struct zip_builder *zip, const char *pickle, size_t len)
{
	zip_builder_add(zip, "a/data.pkl", pickle, len);
	zip_builder_add(zip, "a/data/0", elements, sizeof(elements));
	zip_builder_add(zip, "a/version", "3\n", 2);
}

static void refuse_pickle(const char *pickle, size_t len, const char *message)
{
	struct zip_builder zip = ZIP_BUILDER_INIT;

	build(&zip, pickle, len);
	refuse_zip(&zip, message);
}

static void build_sound(struct zip_builder *zip)
{
	static const char pickle[] = PICKLE("}X\1\0\0\0w" SOUND "s");

	build(zip, pickle, sizeof(pickle) - 1);
}

static void check_sound(const struct pth_tree *tree)
{
	const struct tensor *w;

	assert_int_equal(tree->root->items.count, 1);
	w = pth_get(tree->root, "w")->tensor;
	assert_int_equal(w->shape[0], 2);
	check_floats(tensor_const_floats(w), elements, 2, 0, 0);
}

static void test_every_truncation_is_refused(void **state)
{
	struct zip_builder zip = ZIP_BUILDER_INIT;
	struct pth_tree tree;
	struct diag diag;

	(void)state;
	build_sound(&zip);
	zip_builder_finish(&zip);
	assert_int_equal(parse(zip.file.data, zip.file.len, &tree, &diag), 0);
	check_sound(&tree);
	pth_tree_release(&tree);
	for (size_t len = 0; len < zip.file.len; len++)
		refuse(zip.file.data, len, len < 4 ? "not a .pth file" : "cut off");
	strbuf_release(&zip.file);
}

static void test_a_changed_byte_is_refused_or_without_effect(void **state)
{
	static const int changes[] = {0x01, 0x80, 0xff};
	struct zip_builder zip = ZIP_BUILDER_INIT;
	int accepted = 0;

	(void)state;
	build_sound(&zip);
	zip_builder_finish(&zip);
	for (size_t at = 0; at < zip.file.len; at++) {
		for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
			struct pth_tree tree;
			struct diag diag;

			zip.file.data[at] ^= (char)changes[i];
			if (parse(zip.file.data, zip.file.len, &tree, &diag) == 0) {
				check_sound(&tree);
				pth_tree_release(&tree);
				accepted++;
			}
			zip.file.data[at] ^= (char)changes[i];
		}
	}
	assert_in_range(accepted, 1, 200); // times, versions and attributes are not looked at
	strbuf_release(&zip.file);
}

static void test_nothing_else_in_the_container_is_taken(void **state)
{
	struct zip_builder zip = ZIP_BUILDER_INIT;

	(void)state;
	build_sound(&zip);
	zip_builder_finish(&zip);
	strbuf_add(&zip.file, "more");
	refuse(zip.file.data, zip.file.len, "something follows its end");
	strbuf_release(&zip.file);
	refuse("<html>", 6, "not a .pth file");
	refuse("\x80\x02}.", 4, "before 1.6");
	zip = (struct zip_builder)ZIP_BUILDER_INIT;
	build_sound(&zip);
	strbuf_add(&zip.central, "x");
	refuse_zip(&zip, "directory is damaged");
}

static void test_records_that_deceive_are_refused(void **state)
{
	struct zip_builder zip = ZIP_BUILDER_INIT, inner = ZIP_BUILDER_INIT;

	(void)state;
	build_sound(&zip);
	zip_builder_add(&zip, "a/data/0", "other", 5);
	refuse_zip(&zip, "record 'data/0' is there twice");
	zip = (struct zip_builder)ZIP_BUILDER_INIT;
	build_sound(&zip);
	zip.local_name = "a/x2";
	zip_builder_add(&zip, "a/x1", "", 0);
	refuse_zip(&zip, "record 'x1' has another name");
	zip = (struct zip_builder)ZIP_BUILDER_INIT;
	zip_builder_add(&inner, "a/x1", "", 0);
	zip_builder_add(&zip, "a/x2", inner.file.data, inner.file.len);
	zip.local_offset = 34;
	zip_builder_add(&zip, "a/x1", "", 0);
	refuse_zip(&zip, "record 'x1' overlaps another");
	strbuf_release(&inner.file);
	strbuf_release(&inner.central);
	zip = (struct zip_builder)ZIP_BUILDER_INIT;
	zip.method = 8;
	build_sound(&zip);
	refuse_zip(&zip, "is compressed");
	zip = (struct zip_builder)ZIP_BUILDER_INIT;
	zip.flags = 1;
	build_sound(&zip);
	refuse_zip(&zip, "is encrypted");
}

static void test_there_is_one_folder_with_what_belongs_in_it(void **state)
{
	static const struct {
		const char *name, *data, *message;
	} extras[] = {
	    {"b/x", "", "several folders"},
	    {"x", "", "not in a folder"},
	    {"/x", "", "not in a folder"},
	    {"a/byteorder", "big", "not little-endian"},
	};
	struct zip_builder zip = ZIP_BUILDER_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(extras); i++) {
		zip = (struct zip_builder)ZIP_BUILDER_INIT;
		build_sound(&zip);
		zip_builder_add(&zip, extras[i].name, extras[i].data, strlen(extras[i].data));
		refuse_zip(&zip, extras[i].message);
	}
	zip = (struct zip_builder)ZIP_BUILDER_INIT;
	zip_builder_add(&zip, "a/version", "3", 1);
	refuse_zip(&zip, "no record 'data.pkl'");
	zip = (struct zip_builder)ZIP_BUILDER_INIT;
	zip_builder_add(&zip, "a/data.pkl", "\x80\x02}.", 4);
	refuse_zip(&zip, "no record 'version'");
	for (const char *const *version = (const char *const[]){"99\n", "0", "", "3x", "-3", NULL}; *version;
	     version++) {
		zip = (struct zip_builder)ZIP_BUILDER_INIT;
		zip_builder_add(&zip, "a/version", *version, strlen(*version));
		refuse_zip(&zip, "version of the .pth file is not known");
	}
}

#define CASE(pickle, message) {pickle, sizeof(pickle) - 1, message}

static const struct {
	const char *pickle;
	size_t len;
	const char *message;
} pickles[] = {
    CASE(PICKLE("cposix\nsystem\nX\2\0\0\0ls\x85R"), "refers to posix.system"),
    CASE(PICKLE("c__builtin__\neval\n"), "nothing was run"),
    CASE(PICKLE("c__main__\nNet\n)\x81"), "it holds a whole model"),
    CASE(PICKLE("cposix\n\x1b[31m\n"), "refers to posix.?[31m"),
    CASE(PICKLE("ccollections\nOrderedDict\n"), "holds a class"),
    CASE(PICKLE("ccollections\nOrderedDict\n]\x85R"), "an OrderedDict with arguments"),
    CASE(PICKLE("]\x93"), "pickle operation 0x93 at byte 3"),
    CASE(PICKLE("\x80\x02]"), "a protocol other than 2"),
    CASE("\x80\x04].", "a protocol other than 2"),
    CASE("].", "no protocol"),
    CASE("", "cut off at byte 0"),
    CASE("\x80\x02]", "cut off"),
    CASE("\x80\x02].N", "something after the end"),
    CASE(PICKLE(""), "values left over"),
    CASE(PICKLE("NN"), "values left over"),
    CASE(PICKLE("("), "holds a class"),
    CASE(PICKLE("s"), "a value is missing"),
    CASE(PICKLE("R"), "a value is missing"),
    CASE(PICKLE("b"), "a value is missing"),
    CASE(PICKLE("t"), "a mark is missing"),
    CASE(PICKLE("(e"), "a value is missing"),
    CASE(PICKLE("(N\x86"), "a value is missing"),
    CASE(PICKLE("N]b"), "attributes of something other"),
    CASE(PICKLE("N}b"), "attributes of something other"),
    CASE(PICKLE("X\1\0\0\0x)R"), "what cannot be called"),
    CASE(PICKLE("ctorch\nFloatStorage\n)R"), "what cannot be called"),
    CASE(PICKLE("h\1"), "a reference to nothing"),
    CASE(PICKLE("Nr\0\0\1\0"), "more shared values"),
    CASE(PICKLE("X\xff\xff\xff\x7fx"), "a text of more than 4 KiB"),
    CASE(PICKLE("X\2\0\0\0\xc0\x80"), "a text that is not UTF-8"),
    CASE(PICKLE("X\1\0\0\0\0"), "a text that is not UTF-8"),
    CASE(PICKLE("\x8a\x09"), "64 bits do not hold"),
    CASE(PICKLE("}NNs"), "a key that is neither"),
    CASE(PICKLE("}(X\1\0\0\0aNX\1\0\0\0aNu"), "two entries of one name 'a'"),
    CASE(PICKLE("}(K\1NK\1Nu"), "two entries of one name"),
    CASE(PICKLE("]NNs"), "fit no container"),
    CASE(PICKLE("]q\0h\0a"), "nested too deep"),
    CASE(PICKLE("(X\7\0\0\0storagetQ"), "something other than a storage"),
    CASE(PICKLE(STORAGE("0", "K\2")), "a bare storage"),
    CASE(PICKLE(STORAGE("9", "K\2")), "a storage that is not there"),
    CASE(PICKLE(STORAGE("0", "K\3")), "record 'data/0' has 8 bytes, its tensor needs 12"),
    CASE(PICKLE(STORAGE("0", "J\xff\xff\xff\xff")), "something other than a storage"),
    CASE(PICKLE(STORAGE("0", "J\1\0\0\x10")), "something other than a storage"),
    CASE(PICKLE(TENSOR("0", "K\2", "K\1", "(K\2t", "(K\1t")), "does not fit its storage"),
    CASE(PICKLE(TENSOR("0", "K\2", "K\0", "(K\2t", "(K\2t")), "does not fit its storage"),
    CASE(PICKLE(TENSOR("0", "K\2", "K\2", ")", ")")), "does not fit its storage"),
    CASE(PICKLE(TENSOR("0", "K\2", "K\3", "K\0\x85", "K\1\x85")), "does not fit its storage"),
    CASE(PICKLE(TENSOR("0", "K\2", "K\0", "(K\2t", ")")), "does not fit its storage"),
    CASE(PICKLE(TENSOR("0", "K\2", "K\0", "(J\0\0\0\x10K\2t", "(K\0K\0t")), "does not fit its storage"),
    CASE(PICKLE(TENSOR("0", "K\2", "J\xff\xff\xff\xff", ")", ")")), "strange arguments"),
    CASE(PICKLE(TENSOR("0", "K\2", "K\0", "(J\xff\xff\xff\xfft", "(K\1t")), "a shape that is none"),
    CASE(PICKLE(TENSOR("0", "K\2", "K\0", "(K\1K\1K\1K\1K\1K\1K\1t", ")")), "7 dimensions"),
    CASE(PICKLE(TENSOR("0", "K\2", "K\0", "(K\1K\1K\1K\1K\1K\1K\1K\1K\1t", ")")), "a shape that is none"),
    CASE(PICKLE("(" SOUND "(X\7\0\0\0storagectorch\nIntStorage\nX\1\0\0\0" "0X\3\0\0\0cpuK\2tQt"),
	"two views of one storage"),
    CASE(PICKLE("ctorch._utils\n_rebuild_parameter\n(N\x88" HOOKS "tR"), "a parameter with strange"),
};

static void test_pickles_that_deceive_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pickles); i++)
		refuse_pickle(pickles[i].pickle, pickles[i].len, pickles[i].message);
}

/* "\x80\x02", `head`, `repeats` times `body`, `tail`, "." */
static void refuse_repeated(const char *head, const char *body, int repeats, const char *tail,
    const char *message)
{
	struct strbuf pickle = STRBUF_INIT;

	strbuf_addf(&pickle, "\x80\x02%s", head);
	for (int i = 0; i < repeats; i++)
		strbuf_add(&pickle, body);
	strbuf_addf(&pickle, "%s.", tail);
	refuse_pickle(pickle.data, pickle.len, message);
	strbuf_release(&pickle);
}

static void test_what_grows_without_end_is_refused(void **state)
{
	struct zip_builder zip = ZIP_BUILDER_INIT;

	(void)state;
	refuse_repeated("", "N", 20000, "", "a deeper stack");
	refuse_repeated("N", "q\1", 1 << 18, "", "more than 2^18 pickle operations");
	refuse_repeated("N", "\x85", 100, "", "nested too deep");
	refuse_repeated("(Nq\1", "h\1h\1\x86q\1", 60, "t", "too many"); // doubles 60 times
	refuse_repeated("", "NNNN", 1 << 18, "", "more than 1048576 bytes");
	for (int i = 0; i < 4097; i++) {
		char name[24];

		snprintf(name, sizeof(name), "a/%d", i);
		zip_builder_add(&zip, name, "", 0);
	}
	refuse_zip(&zip, "more than 4096 records");
}

static void test_random_changes_of_a_pickle_never_crash(void **state)
{
	static const char sound[] = PICKLE("}(X\1\0\0\0w" SOUND "X\1\0\0\0vq\1(K\1h\1]NatX\1\0\0\0p"
	    "ctorch._utils\n_rebuild_parameter\n(" SOUND "\x88" HOOKS "tRu");
	static const char ops[] = "cqrh)R(XKMJGtQNu}s]aeb.\x85\x86\x87\x88\x89\x8a";
	char pickle[sizeof(sound)];
	uint32_t random = 1;

	(void)state;
	for (int i = 0; i < 6000; i++) {
		struct pth_tree tree = PTH_TREE_INIT;
		struct zip_builder zip = ZIP_BUILDER_INIT;
		struct diag diag;

		memcpy(pickle, sound, sizeof(sound));
		for (int k = 0; k < 1 + i % 3; k++) {
			random = random * 1664525 + 1013904223;
			pickle[(random >> 8) % (sizeof(sound) - 1)] = i % 2 ? ops[(random >> 24) % (sizeof(ops) - 1)] :
									      (char)(random >> 24);
		}
		build(&zip, pickle, sizeof(sound) - 1);
		zip_builder_finish(&zip);
		if (parse(zip.file.data, zip.file.len, &tree, &diag) < 0)
			assert_true(diag.msg[0] && diag.hint[0]);
		pth_tree_release(&tree);
		strbuf_release(&zip.file);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_every_truncation_is_refused),
	cmocka_unit_test(test_a_changed_byte_is_refused_or_without_effect),
	cmocka_unit_test(test_nothing_else_in_the_container_is_taken),
	cmocka_unit_test(test_records_that_deceive_are_refused),
	cmocka_unit_test(test_there_is_one_folder_with_what_belongs_in_it),
	cmocka_unit_test(test_pickles_that_deceive_are_refused),
	cmocka_unit_test(test_what_grows_without_end_is_refused),
	cmocka_unit_test(test_random_changes_of_a_pickle_never_crash),
};

CHECK_MAIN(tests)
