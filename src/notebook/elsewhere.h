// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Names that Python, NumPy or PyTorch have and the notebook has not: what to use instead. Only names
 * that a first course or a tutorial may bring along; a name that exists is never looked up here.
 */
#ifndef NOTEBOOK_ELSEWHERE_H
#define NOTEBOOK_ELSEWHERE_H

// `where`: a module's name, the name of a type ("Tensor", "str"), "" for Python's own names, "import"
// for modules. NULL: not known either.
const char *elsewhere_hint(const char *where, const char *name);

#endif
