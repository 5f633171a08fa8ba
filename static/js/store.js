// One value, changed only by events through a pure reducer.
export function createStore(reduce, initial) {
  let state = initial;
  const listeners = [];
  return {
    get state() {
      return state;
    },
    dispatch(event) {
      const before = state;
      state = reduce(state, event);
      if (state !== before) for (const listener of listeners) listener(state, before, event);
    },
    subscribe(listener) {
      listeners.push(listener);
    },
  };
}
