// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * help(name): what a name is, from the tables and docstrings that calls use. Functions show their
 * signature with defaults, classes their methods, modules and values what they have.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "notebook/array.h"
#include "notebook/builtin.h"
#include "notebook/descriptor.h"
#include "notebook/notebook_internal.h"
#include "notebook/suggest.h"

#define WIDTH 76
#define LINES_MAX 40 // members that are explained one by one; more are named only

static const char overview[] =
    "Type a statement, or an expression to see its value. An empty line ends a block.\n"
    "\n"
    "  tensors    torch, np: torch.tensor([[1., 2.]]), np.zeros((2, 3)), X[:, 2:6] = 0\n"
    "  windows    corr2d(X, K), convolve2d(X, K), conv2d(X, K, stride=2, padding=1)\n"
    "  networks   nn.Conv2d, nn.Sequential, F.relu, optim.SGD, torch.no_grad()\n"
    "  images     datasets.FashionMNIST(), DataLoader, transforms, d2l\n"
    "  pictures   show(x), plot(y), show(x, file='x.svg'), import matplotlib.pyplot as plt\n"
    "  files      save(x, 'x.npy'), load('x.npy'), torch.save, torch.onnx.export\n"
    "\n"
    "help(torch), nn.Conv2d? or ?show explains a name; Tab completes what you type.\n";

static const struct {
	const char *module, *what;
} modules[] = {
	{"torch", "tensors and functions on them, as PyTorch has them"},
	{"torch.nn", "layers, losses and networks"},
	{"torch.nn.functional", "layers and losses as functions"},
	{"torch.nn.init", "ways to fill parameters"},
	{"torch.nn.utils", "gradients kept within bounds"},
	{"torch.optim", "optimisers, which change parameters by their gradients"},
	{"torch.optim.lr_scheduler", "learning rates that change from epoch to epoch"},
	{"torch.utils", "what goes with torch"},
	{"torch.utils.data", "datasets, and loaders that make batches of them"},
	{"torch.onnx", "writing networks as ONNX"},
	{"torch.autograd", "gradients: autograd.grad(loss, x) gives them without touching x.grad"},
	{"torch.cuda", "there is none: everything is computed on the CPU"},
	{"torch.backends", "how torch computes: always on the CPU"},
	{"torch.linalg", "norms and products of matrices"},
	{"torchvision", "images to learn from"},
	{"torchvision.datasets", "garments and their labels"},
	{"torchvision.transforms", "what is done with an image before it is used"},
	{"numpy", "arrays and functions on them, as NumPy has them"},
	{"numpy.random", "random numbers"},
	{"numpy.lib", "parts of NumPy that have names of their own"},
	{"numpy.lib.stride_tricks", "views of arrays, such as all their windows"},
	{"numpy.linalg", "norms and products of matrices"},
	{"matplotlib", "figures; the functions are in matplotlib.pyplot"},
	{"matplotlib.pyplot", "figures of curves and images, drawn by show() or written by savefig('x.svg')"},
	{"visdom", "curves that grow while a program runs"},
	{"d2l", "what the course 'Dive into Deep Learning' uses"},
	{"time", "the clock"},
	{"math", "functions of numbers"},
	{"random", "random numbers and choices"},
	{"collections", "dictionaries that count, keep order or make what is missing, and lists with two ends"},
	{"copy", "copies of lists, dictionaries, tensors and networks"},
	{"functools", "functions made from functions"},
	{"itertools", "iterators: combinations, running sums, pieces of others"},
	{"typing", "names for annotations, which are read over"},
	{"tqdm", "a loop's progress: its items pass through"},
	{"sys", "nothing to be used; it can be imported"},
	{"os", "nothing to be used; it can be imported"},
};

// Classes and methods that have no text of their own.
static const struct {
	const char *name, *what;
} own_texts[] = {
	{"int", "int(x): a whole number, from a number or a text; int('ff', 16) reads base 16"},
	{"float", "float(x): a number with a fraction, from a number or a text"},
	{"bool", "bool(x): True or False"},
	{"str", "str(x): x as text"},
	{"list", "list(x): the items of x in a list that can grow"},
	{"tuple", "tuple(x): the items of x in a tuple, which never changes"},
	{"dict", "dict(x): names or other keys with their values; {'a': 1}, dict(a=1)"},
	{"set", "set(x): the items of x, each once"},
	{"frozenset", "frozenset(x): a set that never changes"},
	{"range", "range(stop), range(start, stop, step): whole numbers, for loops"},
	{"slice", "slice(start, stop, step): what stands between the colons of an index"},
	{"object", "what every class is made of"},
	{"type", "type(x): the class of x"},
	{"property", "@property: a method that is read like an attribute"},
	{"staticmethod", "@staticmethod: a method without self"},
	{"classmethod", "@classmethod: a method of the class itself"},
	{"Tensor", "torch.Tensor(2, 3): a tensor of this shape; torch.Tensor([1., 2.]): of these numbers"},
	{"FloatTensor", "the same as torch.Tensor"},
	{"Parameter", "nn.Parameter(tensor): a tensor that a module learns"},
	{"Size", "a shape: a tuple of sizes"},
	{"ndarray", "the class of NumPy's arrays; np.array(...) makes one"},
	{"float64", "np.float64(x): a number with a fraction, in 64 bits"},
	{"float32", "np.float32(x): a number with a fraction, in 32 bits"},
	{"int64", "np.int64(x): a whole number, in 64 bits"},
	{"int32", "np.int32(x): a whole number, in 32 bits"},
	{"int16", "np.int16(x): a whole number, in 16 bits"},
	{"int8", "np.int8(x): a whole number, in 8 bits"},
	{"uint8", "np.uint8(x): a whole number from 0 to 255"},
	{"bool_", "np.bool_(x): True or False"},
	{"generic", "what every number of NumPy is"},
	{"number", "what every number of NumPy is but for truth values"},
	{"integer", "what every whole number of NumPy is"},
	{"signedinteger", "what every whole number of NumPy with a sign is"},
	{"unsignedinteger", "what every whole number of NumPy without a sign is"},
	{"inexact", "what every number of NumPy with a fraction is"},
	{"floating", "what every number of NumPy with a fraction is"},
	{"forward", "computes the output; calling the module runs it"},
	{"extra_repr", "what print shows between the module's parentheses"},
	{"BaseException", "what every error is"},
	{"Exception", "what every error is that a program may catch"},
	{"ArithmeticError", "an error of arithmetic"},
	{"AssertionError", "an assert found something that does not hold"},
	{"AttributeError", "a value has no attribute or method of that name"},
	{"FileNotFoundError", "there is no such file"},
	{"ImportError", "a module has no such name"},
	{"IndexError", "an index lies outside"},
	{"IsADirectoryError", "a folder stands where a file is needed"},
	{"KeyError", "a dict has no such key"},
	{"KeyboardInterrupt", "Ctrl-C was pressed"},
	{"LookupError", "an index or key that is not there"},
	{"MemoryError", "the program's values take too much memory"},
	{"ModuleNotFoundError", "there is no module of that name"},
	{"NameError", "a name has no value"},
	{"NotImplementedError", "something that does not exist here"},
	{"OSError", "a file cannot be read or written"},
	{"OverflowError", "a number is too large"},
	{"PermissionError", "a file that a program may not use"},
	{"RecursionError", "too many calls inside each other"},
	{"RuntimeError", "something went wrong while a program ran"},
	{"StopIteration", "an iterator is at its end"},
	{"SyntaxError", "a program that cannot be read"},
	{"TypeError", "a value of the wrong kind"},
	{"UnboundLocalError", "a function's variable has no value yet"},
	{"ValueError", "a value of the right kind that does not fit"},
	{"ZeroDivisionError", "a division by zero"},
};

/* -- one thing ------------------------------------------------------------------------------------- */

static const char *module_text(const struct module *module)
{
	for (size_t i = 0; i < ARRAY_LEN(modules); i++)
		if (!strcmp(module->name->text, modules[i].module))
			return modules[i].what;
	return "";
}

// The docstring of a class or module of the language; NULL: none.
static const char *doc_of(struct dict *attrs)
{
	struct value *doc = dict_get_text(attrs, "__doc__");

	return doc && doc->kind == VALUE_STR ? AS_STR(*doc)->text : NULL;
}

static const char *known_text(const char *name)
{
	const char *dot = strrchr(name, '.');

	name = dot ? dot + 1 : name;
	for (size_t i = 0; i < ARRAY_LEN(own_texts); i++)
		if (!strcmp(name, own_texts[i].name))
			return own_texts[i].what;
	return "";
}

// What a name is in a sentence or two; "" for plain values.
static const char *text_of(struct value v)
{
	const char *doc = NULL;

	if (v.kind == VALUE_DESCRIPTOR)
		v = AS_DESCRIPTOR(v)->get;

	if (v.kind == VALUE_BOUND)
		v = AS_BOUND(v)->callee;
	if (v.kind == VALUE_BUILTIN)
		return AS_NATIVE(v)->def->help;
	if (v.kind == VALUE_MODULE)
		return module_text(AS_MODULE(v));
	if (v.kind == VALUE_FUNCTION && AS_FUNCTION(v)->def->doc.kind == VALUE_STR)
		return AS_STR(AS_FUNCTION(v)->def->doc)->text;
	if (v.kind == VALUE_FUNCTION && AS_FUNCTION(v)->owner)
		return known_text(AS_FUNCTION(v)->def->name->text);
	for (const struct class *class = v.kind == VALUE_CLASS ? AS_CLASS(v) : NULL; class && !doc; class = class->parent)
		doc = doc_of(class->attrs);
	if (!doc && v.kind == VALUE_CLASS)
		doc = known_text(AS_CLASS(v)->name->text);
	return doc ? doc : "";
}

static void add_default(struct vm *vm, const struct function *function, size_t at, struct strbuf *out)
{
	struct value v = function->defaults ? function->defaults[at] : value_unset();
	struct strbuf text = STRBUF_INIT;

	if (v.kind == VALUE_UNSET)
		return;
	// An error may be on its way, whose hint this is: only what cannot fail is written.
	if (v.kind == VALUE_CLASS)
		strbuf_add(&text, AS_CLASS(v)->name->text);
	else if (v.kind < VALUE_TENSOR && value_repr(vm, v, &text) < 0)
		strbuf_clear(&text);
	strbuf_addf(out, "=%s", text.len && text.len < 30 ? text.data : "...");
	strbuf_release(&text);
}

static void add_parameters(struct vm *vm, const struct function *function, bool is_method, struct strbuf *out)
{
	const struct funcdef *def = function->def;
	bool first = true;

	for (size_t i = is_method && def->param_count ? 1 : 0; i < def->param_count; i++) {
		bool rest = def->has_args && i == def->args_at, named = def->has_kwargs && i + 1 == def->param_count;

		if (def->keyword_only && !def->has_args && i == def->positional_count && !named) {
			strbuf_add(out, first ? "*" : ", *");
			first = false;
		}
		strbuf_addf(out, "%s%s%s", first ? "" : ", ", rest ? "*" : named ? "**" : "", def->params[i].name->text);
		add_default(vm, function, i, out);
		first = false;
	}
}

// The parameters of whatever can be called, without parentheses. False: it cannot, or they are not known.
static bool signature_of(struct vm *vm, struct value v, struct strbuf *out)
{
	bool is_method = false;
	struct value *init;

	if (v.kind == VALUE_BOUND) {
		v = AS_BOUND(v)->callee;
		is_method = true;
	}
	if (v.kind == VALUE_CLASS) {
		init = class_find_text(vm, AS_CLASS(v), "__init__");
		if (!init)
			return false;
		v = *init;
		is_method = true;
	}
	if (v.kind == VALUE_BUILTIN && AS_NATIVE(v)->def->signature)
		strbuf_add(out, AS_NATIVE(v)->def->signature);
	else if (v.kind == VALUE_FUNCTION)
		add_parameters(vm, AS_FUNCTION(v), is_method || AS_FUNCTION(v)->owner, out);
	else
		return false;
	return true;
}

void builtin_signature(struct vm *vm, const struct function *function, struct strbuf *out)
{
	const char *name = function->def->name->text;

	if (function->owner && !strcmp(name, "__init__"))
		name = function->owner->name->text;
	strbuf_addf(out, "%s(", name[0] == '_' ? "" : name); // a base that several classes share has no name of its own
	add_parameters(vm, function, function->owner, out);
	strbuf_addch(out, ')');
}

/* -- lists of members ------------------------------------------------------------------------------ */

struct members {
	const struct dict_entry **items;
	size_t count;
};

static int by_name(const void *a, const void *b)
{
	const struct dict_entry *const *x = a, *const *y = b;

	return strcmp(AS_STR((*x)->key)->text, AS_STR((*y)->key)->text);
}

// Those that are meant for use, sorted.
static struct members list_members(const struct dict *dict)
{
	struct members members = {.items = xzalloc(dict->count + 1, sizeof(members.items[0]))};
	struct dict_entry *entry;
	size_t at = 0;

	while ((entry = dict_next(dict, &at)))
		if (entry->key.kind == VALUE_STR && AS_STR(entry->key)->text[0] != '_')
			members.items[members.count++] = entry;
	if (members.count)
		qsort(members.items, members.count, sizeof(members.items[0]), by_name);
	return members;
}

static void add_names(const struct members *members, struct strbuf *out)
{
	size_t column = 0;

	for (size_t i = 0; i < members->count; i++) {
		const char *name = AS_STR(members->items[i]->key)->text;
		size_t len = strlen(name);

		if (column && column + len + 1 > WIDTH) {
			strbuf_addch(out, '\n');
			column = 0;
		}
		strbuf_addf(out, "%s%s", column ? " " : "  ", name);
		column += len + (column ? 1 : 2);
	}
	strbuf_add(out, column ? "\n" : "");
}

// A line each: name, parameters, the first line of the text.
static void add_lines(struct vm *vm, const struct members *members, struct strbuf *out)
{
	for (size_t i = 0; i < members->count; i++) {
		const struct dict_entry *entry = members->items[i];
		const char *text = text_of(entry->value);
		struct strbuf parameters = STRBUF_INIT;

		strbuf_addf(out, "  %s", AS_STR(entry->key)->text);
		if (signature_of(vm, entry->value, &parameters))
			strbuf_addf(out, "(%s)", parameters.data ? parameters.data : "");
		if (*text)
			strbuf_addf(out, ": %.*s", (int)strcspn(text, "\n"), text);
		strbuf_addch(out, '\n');
		strbuf_release(&parameters);
	}
}

static void add_members(struct vm *vm, const struct dict *dict, const char *head, struct strbuf *out)
{
	struct members members = list_members(dict);

	if (members.count) {
		strbuf_addf(out, "%s\n", head);
		if (members.count <= LINES_MAX)
			add_lines(vm, &members, out);
		else
			add_names(&members, out);
	}
	mem_free(members.items);
}

/* -- the whole ------------------------------------------------------------------------------------- */

static void describe_module(struct vm *vm, const char *name, const struct module *module, struct strbuf *out)
{
	strbuf_addf(out, "%s: %s\n", strcmp(name, "this") ? name : module->name->text, module_text(module));
	add_members(vm, module->attrs, "It has:", out);
}

static void describe_value(struct vm *vm, const char *name, struct value v, struct strbuf *out)
{
	struct members members;

	strbuf_addf(out, "%s is a %s", name, value_type_name(v));
	if (v.kind == VALUE_TENSOR) {
		const struct tensor *t = AS_VAR(v)->value;
		char shape[TENSOR_SHAPE_TEXT];

		strbuf_addf(out, " of shape %s, %s", tensor_shape_text(t->ndim, t->shape, shape), dtype_name(t->dtype));
	}
	strbuf_addch(out, '\n');
	if (v.kind == VALUE_INSTANCE) {
		const char *text = text_of(value_object(AS_INSTANCE(v)->class));

		strbuf_addf(out, "%s%s", text, *text ? "\n" : "");
		add_members(vm, AS_INSTANCE(v)->class->attrs, "Its methods:", out);
	} else if (vm->methods[v.kind]) {
		members = list_members(vm->methods[v.kind]);
		strbuf_add(out, "What it has:\n");
		add_names(&members, out);
		mem_free(members.items);
	}
}

void builtin_describe(struct vm *vm, const char *name, struct value v, struct strbuf *out)
{
	struct strbuf parameters = STRBUF_INIT;
	bool known = signature_of(vm, v, &parameters);
	const char *text = text_of(v);

	if (v.kind == VALUE_MODULE) {
		describe_module(vm, name, AS_MODULE(v), out);
	} else if (known || v.kind == VALUE_CLASS || v.kind == VALUE_BUILTIN || v.kind == VALUE_FUNCTION) {
		if (known)
			strbuf_addf(out, "%s(%s)\n", name, parameters.data ? parameters.data : "");
		else
			strbuf_addf(out, "%s%s\n", v.kind == VALUE_CLASS ? "class " : "", name);
		strbuf_addf(out, "%s%s", text, *text ? "\n" : "");
		if (v.kind == VALUE_CLASS)
			add_members(vm, AS_CLASS(v)->attrs, "Its methods:", out);
	} else {
		describe_value(vm, name, v, out);
	}
	strbuf_release(&parameters);
}

// A bare method name, as in help('reshape'): the first kind that has it.
static struct value find_method(struct vm *vm, const char *name)
{
	for (int kind = VALUE_KIND_COUNT - 1; kind >= 0; kind--) {
		struct value *found = vm->methods[kind] ? dict_get_text(vm->methods[kind], name) : NULL;

		if (found)
			return *found;
	}
	return value_unset();
}

int help_on_name(struct vm *vm, const char *name, struct strbuf *out, struct diag *diag)
{
	struct value v = complete_look_up(vm, name, strlen(name)), *module;

	if (!*name) {
		strbuf_add(out, overview);
		return 0;
	}
	if (v.kind == VALUE_UNSET && (module = dict_get_text(vm->modules, name)))
		v = *module;
	if (v.kind == VALUE_UNSET)
		v = find_method(vm, name);
	if (v.kind == VALUE_UNSET) {
		suggest_for_name(vm, name);
		diag_set(diag, ERR_NOT_FOUND, "there is no help for '%s'", name);
		diag_hint(diag, "%s", vm->error.diag.hint);
		vm_clear_error(vm);
		return ERR_NOT_FOUND;
	}
	builtin_describe(vm, name, v, out);
	return 0;
}

int notebook_help(struct notebook *nb, const char *name, struct strbuf *out, struct diag *diag)
{
	size_t len = strlen(name);
	char *bare = xstrdup(name);
	int r;

	if (len > 2 && !strcmp(name + len - 2, "()"))
		bare[len - 2] = '\0';
	r = help_on_name(notebook__vm(nb), bare, out, diag);
	mem_free(bare);
	return r;
}

/* -- every name, for the manual and the tests ------------------------------------------------------ */

struct walk {
	struct vm *vm;
	void (*add)(void *self, const struct nb_name *name);
	void *self;
};

static void tell(const struct walk *walk, const char *group, const char *name, struct value v)
{
	struct strbuf parameters = STRBUF_INIT;
	bool callable = signature_of(walk->vm, v, &parameters);
	struct nb_name told = {group, name, NULL, text_of(v), false};

	told.signature = callable ? parameters.data ? parameters.data : "" : NULL;
	told.is_value = v.kind != VALUE_BUILTIN && v.kind != VALUE_FUNCTION && v.kind != VALUE_CLASS && v.kind != VALUE_MODULE;
	walk->add(walk->self, &told);
	strbuf_release(&parameters);
}

static void walk_dict(const struct walk *walk, const char *group, const struct dict *dict, bool into_classes)
{
	struct members members = list_members(dict);

	for (size_t i = 0; i < members.count; i++) {
		const char *name = AS_STR(members.items[i]->key)->text;
		struct value v = members.items[i]->value;
		char *inner;

		tell(walk, group, name, v);
		if (v.kind != VALUE_CLASS || !into_classes)
			continue;
		inner = xasprintf("%s.%s", group, name);
		walk_dict(walk, inner, AS_CLASS(v)->attrs, false);
		mem_free(inner);
	}
	mem_free(members.items);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void walk_builtins(const struct walk *walk)
{
	struct vm *vm = walk->vm;
	const char **names = xzalloc(vm->symbol_count + 1, sizeof(*names));
	size_t count = 0;

	for (size_t i = 0; i < vm->symbol_count; i++)
		if (vm->builtins[i].kind != VALUE_UNSET && !strpbrk(vm->symbols[i]->text, ":.") && vm->symbols[i]->text[0] != '_')
			names[count++] = vm->symbols[i]->text;
	qsort(names, count, sizeof(*names), by_text);
	for (size_t i = 0; i < count; i++)
		tell(walk, "", names[i], vm->builtins[vm_intern(vm, names[i], strlen(names[i]))->symbol]);
	mem_free(names);
}

void notebook_each_name(struct notebook *nb, void (*add)(void *self, const struct nb_name *name), void *self)
{
	static const struct {
		enum value_kind kind;
		const char *group;
	} kinds[] = {{VALUE_TENSOR, "methods of tensors and arrays"}, {VALUE_STR, "methods of str"},
	    {VALUE_LIST, "methods of list"}, {VALUE_DICT, "methods of dict"}, {VALUE_TUPLE, "methods of tuple"}};
	struct vm *vm = notebook__vm(nb);
	struct walk walk = {vm, add, self};
	struct members members = list_members(vm->modules);

	walk_builtins(&walk);
	for (size_t i = 0; i < members.count; i++)
		walk_dict(&walk, AS_STR(members.items[i]->key)->text, AS_MODULE(members.items[i]->value)->attrs, true);
	mem_free(members.items);
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		walk_dict(&walk, kinds[i].group, vm->methods[kinds[i].kind], false);
}
