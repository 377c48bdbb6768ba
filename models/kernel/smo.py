"""Libsvm's solver for one binary support vector classifier, on a Gram matrix that many labels share.

The path is libsvm's own: second-order working-set selection, shrinking, ties broken by its order of rows,
kernel values rounded to single precision before they enter the gradient. So the answer at the default
tolerance is libsvm's answer, not merely one within the tolerance. (Where scikit-learn was compiled with fused
multiply-add, as on ARM, the last bits and so the paths may part; then answers agree within the tolerance.)

What differs is the work around the path: rows of the Gram matrix are read where they lie, in their own order
(libsvm copies each into a cache for each label), inner loops are written so that the compiler uses vector
instructions, and the interpreter lock is released, so that labels are solved side by side on one matrix.

numba compiles this file at the first call and keeps the result beside the file, or in the user's cache
folder, or nowhere if neither can be written. Without numba the functions are plain Python: right, slow,
and used by the tests only (`SharedKernelSVC` then falls back on libsvm itself).

References: Fan, Chen, Lin (2005), Working set selection using second order information, JMLR 6, 1889-1918;
Chang, Lin (2011), LIBSVM: a library for support vector machines, ACM TIST 2(3), 27.
"""

from collections.abc import Callable

import numpy as np

try:
    from numba import njit
except ImportError:
    njit = None

__all__ = ["COMPILED", "solve_label"]

COMPILED = njit is not None
LANES = 128  # running maxima kept side by side, so that a maximum is found by vector instructions
LOWER, UPPER, FREE = 0, 1, 2
TAU = 1e-12  # libsvm's stand-in for a curvature that is not positive


def _jit(function: Callable) -> Callable:
    """Compile without the lock; no NaN arises here, and nothing is reordered, so results stay exact."""
    if njit is None:
        return function
    options = {"nogil": True, "error_model": "numpy", "fastmath": {"nnan", "nsz"}}
    try:
        return njit(cache=True, **options)(function)
    except RuntimeError:  # no folder can be written: compile in each process
        return njit(**options)(function)


@_jit
def _best(values, m, lanes, rank):
    """Return the highest-ranked index among the first `m` values that equal the maximum of `lanes`."""
    best = -np.inf
    for lane in range(LANES):
        if lanes[lane] > best:
            best = lanes[lane]
    index = -1
    if best > -np.inf:
        for lane in range(LANES):
            if lanes[lane] == best:
                for k in range(lane, m, LANES):
                    if values[k] == best and (index < 0 or rank[k] > rank[index]):
                        index = k
    return index, best


@_jit
def _step(f, up, row_i, row_j, step_i, step_j, m, values, lanes, rank):
    """Move the gradient along rows i and j and return the new first index of the working set."""
    lanes[:] = -np.inf
    for start in range(0, m, LANES):
        stop = min(start + LANES, m)
        f_, up_, i_, j_, v_ = f[start:stop], up[start:stop], row_i[start:stop], row_j[start:stop], values[start:stop]
        for k in range(stop - start):
            moved = f_[k] + (i_[k] * step_i + j_[k] * step_j)
            f_[k] = moved
            v = up_[k] - moved
            v_[k] = v
            lanes[k] = v if v > lanes[k] else lanes[k]
    return _best(values, m, lanes, rank)


@_jit
def _partner(f, low, row_i, gmax, m, values, lanes, lanes_low, rank):
    """Return the second index of the working set, by the decrease it promises, and the largest -violation."""
    lanes[:] = 0.0
    lanes_low[:] = -np.inf
    for start in range(0, m, LANES):
        stop = min(start + LANES, m)
        f_, low_, i_, v_ = f[start:stop], low[start:stop], row_i[start:stop], values[start:stop]
        for k in range(stop - start):
            g = f_[k] + low_[k]
            lanes_low[k] = g if g > lanes_low[k] else lanes_low[k]
            d = gmax + g
            d = d if d > 0.0 else 0.0
            curvature = 2.0 - 2.0 * np.float64(i_[k])
            curvature = curvature if curvature > 0.0 else TAU
            v = d * d / curvature
            v_[k] = v
            lanes[k] = v if v > lanes[k] else lanes[k]
    index, best = _best(values, m, lanes, rank)
    gmax2 = -np.inf
    for lane in range(LANES):
        if lanes_low[lane] > gmax2:
            gmax2 = lanes_low[lane]
    return (index if best > 0.0 else -1), gmax2


@_jit
def _gather(gram, row, rows, m, out):
    source = gram[row]
    for k in range(m):
        out[k] = source[rows[k]]


@_jit
def _add_row(target, row, factor):
    for k in range(target.shape[0]):
        target[k] += factor * row[k]


@_jit
def _penalties(state, sign):
    """Return 0 or -inf: may this value still go up (first) or down (second) along its sign."""
    may_rise = 0.0 if state != UPPER else -np.inf
    may_fall = 0.0 if state != LOWER else -np.inf
    return (may_rise, may_fall) if sign > 0 else (may_fall, may_rise)


@_jit
def _bounded(f, state, sign, gmax1, gmax2):
    """Tell whether a value will probably stay at its bound."""
    if state == UPPER:
        return -f > gmax1 if sign > 0 else f > gmax2
    if state == LOWER:
        return f > gmax2 if sign > 0 else -f > gmax1
    return False


@_jit
def _restore(gram, order, active, sign, alpha, state, bound, full):
    """Rebuild the gradient of the rows that were set aside, in libsvm's order of additions."""
    total = order.shape[0]
    free = np.empty(active, np.int64)
    count = 0
    for p in range(active):
        if state[order[p]] == FREE:
            free[count] = order[p]
            count += 1
    for p in range(active, total):
        full[order[p]] = bound[order[p]] - sign[order[p]]
    if count * total > 2 * active * (total - active):
        for p in range(active, total):
            source = gram[order[p]]
            value = full[order[p]]
            for q in range(count):
                value += (alpha[free[q]] * sign[free[q]]) * source[free[q]]
            full[order[p]] = value
    else:
        for q in range(count):
            source = gram[free[q]]
            factor = alpha[free[q]] * sign[free[q]]
            for p in range(active, total):
                full[order[p]] += factor * source[order[p]]


@_jit
def _move(ai, aj, gi, gj, same, curvature, ci, cj):
    """Solve the problem of two values within their box, branch by branch as libsvm does."""
    if not same:
        delta = (-gi - gj) / curvature
        diff = ai - aj
        ai, aj = ai + delta, aj + delta
        if diff > 0:
            if aj < 0:
                ai, aj = diff, 0.0
        elif ai < 0:
            ai, aj = 0.0, -diff
        if diff > ci - cj:
            if ai > ci:
                ai, aj = ci, ci - diff
        elif aj > cj:
            ai, aj = cj + diff, cj
    else:
        delta = (gi - gj) / curvature
        total = ai + aj
        ai, aj = ai - delta, aj + delta
        if total > ci:
            if ai > ci:
                ai, aj = ci, total - ci
        elif aj < 0:
            ai, aj = total, 0.0
        if total > cj:
            if aj > cj:
                ai, aj = total - cj, cj
        elif ai < 0:
            ai, aj = 0.0, total
    return ai, aj


@_jit
def solve_label(gram, order, sign, cost, tol, shrinking, max_iter):
    """Solve the dual problem of one label.

    Parameters
    ----------
    gram : float32 array (n, n)
        Kernel values, symmetric, ones on the diagonal.
    order : int64 array
        Rows that take part, in libsvm's order: without the label first, then with it.
    sign : float64 array (n,)
        +1 for rows without the label, -1 for rows with it (libsvm's own orientation).
    cost : float64 array (n,)
        Upper bound of each row's dual value: C times the row's weights; positive.
    tol : float
        Stop once no pair violates optimality by more than this.
    shrinking : bool
        Set rows aside while they rest at a bound.
    max_iter : int
        Upper limit of pairs; -1 for none.

    Returns
    -------
    coef : float64 array (n,)
        Signed dual values, 0 where the row is no support vector.
    intercept : float
    iterations : int
    timed_out : bool
        True if `max_iter` ended the search.

    Examples
    --------
    >>> gram = np.array([[1, 0.5], [0.5, 1]], dtype="float32")
    >>> coef, intercept, *_ = solve_label(
    ...     gram, np.array([0, 1]), np.array([1.0, -1.0]), np.array([9.0, 9.0]), 1e-3, True, -1
    ... )
    >>> coef, float(intercept)
    (array([-2.,  2.]), 0.0)
    """
    n, total = gram.shape[0], order.shape[0]
    order = order.copy()
    rank = np.zeros(n, np.int64)
    alpha, bound, state = np.zeros(n), np.zeros(n), np.zeros(n, np.int8)
    # The physical view: all n rows, or only the active ones once they are few. Rows set aside are masked.
    rows, place, m, whole = np.arange(n), np.arange(n), n, True
    f, up, low = np.zeros(n), np.full(n, -np.inf), np.full(n, -np.inf)
    for p in range(total):
        row = order[p]
        rank[row] = p
        f[row] = -sign[row]
        up[row], low[row] = _penalties(LOWER, sign[row])
    ranks = rank.copy()
    buffer_i, buffer_j = np.zeros(n, np.float32), np.zeros(n, np.float32)
    values, lanes, lanes_low = np.empty(n), np.empty(LANES), np.empty(LANES)
    row_i, row_j = buffer_i, buffer_j
    active, unshrunk, timed_out = total, False, False
    iterations, counter = 0, min(total, 1000) + 1
    i, gmax = _step(f, up, row_i, row_j, 0.0, 0.0, m, values, lanes, ranks)
    while True:
        if max_iter != -1 and iterations >= max_iter:
            timed_out = True
            break
        counter -= 1
        restore = False
        if counter == 0:
            counter = min(total, 1000)
            if shrinking:
                gmax2 = -np.inf
                for k in range(m):
                    if low[k] == 0.0 and f[k] > gmax2:
                        gmax2 = f[k]
                if not unshrunk and gmax + gmax2 <= tol * 10:
                    unshrunk = True
                    restore = active < total
                shrink = True
            else:
                shrink = False
        else:
            shrink = False
        for attempt in range(2):
            if restore:
                full = np.zeros(n)
                for k in range(m):
                    full[rows[k]] = f[k]
                _restore(gram, order, active, sign, alpha, state, bound, full)
                f, rows, place, m, whole, active = full, np.arange(n), np.arange(n), n, True, total
                up, low, ranks = np.full(n, -np.inf), np.full(n, -np.inf), rank.copy()
                for p in range(total):
                    up[order[p]], low[order[p]] = _penalties(state[order[p]], sign[order[p]])
            if shrink:
                shrink = False
                p = 0
                while p < active:
                    if _bounded(f[place[order[p]]], state[order[p]], sign[order[p]], gmax, gmax2):
                        active -= 1
                        while active > p:
                            last = order[active]
                            if not _bounded(f[place[last]], state[last], sign[last], gmax, gmax2):
                                order[active] = order[p]
                                order[p] = last
                                break
                            active -= 1
                    p += 1
                if active < total:
                    for p in range(total):
                        rank[order[p]] = p
                        if p >= active and place[order[p]] >= 0:
                            up[place[order[p]]] = low[place[order[p]]] = -np.inf
                    if 2 * active < m:
                        rows = np.sort(order[:active])
                        place_old = place
                        place = np.full(n, -1)
                        f_old, up_old, low_old, m, whole = f, up, low, active, False
                        f, up, low = np.empty(m), np.empty(m), np.empty(m)
                        for k in range(m):
                            old = place_old[rows[k]]
                            place[rows[k]] = k
                            f[k], up[k], low[k] = f_old[old], up_old[old], low_old[old]
                    ranks = rank[rows]
                restore = True  # a reminder that the first index must be looked up again
            if restore:
                i, gmax = _step(f, up, buffer_i, buffer_i, 0.0, 0.0, m, values, lanes, ranks)
                restore = False
            j, gmax2 = -1, -np.inf
            if i >= 0:
                if whole:
                    row_i = gram[rows[i]]
                else:
                    _gather(gram, rows[i], rows, m, buffer_i)
                    row_i = buffer_i
                j, gmax2 = _partner(f, low, row_i, gmax, m, values, lanes, lanes_low, ranks)
            optimal = j == -1 or gmax + gmax2 < tol
            if not optimal:
                break
            if attempt == 0:
                if active == total:
                    break
                restore = True
                counter = 1  # if it was not optimal after all, shrink at the next step
        if optimal:
            break
        iterations += 1
        if whole:
            row_j = gram[rows[j]]
        else:
            _gather(gram, rows[j], rows, m, buffer_j)
            row_j = buffer_j
        a, b = rows[i], rows[j]
        curvature = 2.0 - 2.0 * np.float64(row_i[j])
        if curvature <= 0:
            curvature = TAU
        alpha_a, alpha_b = _move(
            alpha[a], alpha[b], sign[a] * f[i], sign[b] * f[j], sign[a] == sign[b], curvature, cost[a], cost[b]
        )
        step_i, step_j = sign[a] * (alpha_a - alpha[a]), sign[b] * (alpha_b - alpha[b])
        alpha[a], alpha[b] = alpha_a, alpha_b
        for side in range(2):
            k, row = (i, a) if side == 0 else (j, b)
            was_upper = state[row] == UPPER
            state[row] = UPPER if alpha[row] >= cost[row] else (LOWER if alpha[row] <= 0 else FREE)
            up[k], low[k] = _penalties(state[row], sign[row])
            if was_upper != (state[row] == UPPER):
                _add_row(bound, gram[row], (-cost[row] if was_upper else cost[row]) * sign[row])
        i, gmax = _step(f, up, row_i, row_j, step_i, step_j, m, values, lanes, ranks)

    intercept, free, highest, lowest = 0.0, 0, np.inf, -np.inf
    for p in range(active):
        row = order[p]
        value = f[place[row]]
        if state[row] == FREE:
            free += 1
            intercept += value
        elif (state[row] == UPPER) == (sign[row] < 0):
            highest = min(highest, value)
        else:
            lowest = max(lowest, value)
    intercept = intercept / free if free else (highest + lowest) / 2
    coef = np.zeros(n)
    for p in range(total):
        coef[order[p]] -= alpha[order[p]] * sign[order[p]]
    return coef, intercept, iterations, timed_out
