package dev.greenlet.inspect;

import dev.greenlet.Hub;

/**
 * A hub at one moment.
 *
 * @param name its name
 * @param state what it was doing
 * @param live how many unfinished greenlets were at home there
 * @param ready how many of them were ready to run
 * @param switches how many slices it had run
 */
public record HubSnapshot(String name, Hub.State state, int live, int ready, long switches) {}
