package dev.greenlet.bench.load;

/**
 * What is asked for, and by how many connections at once.
 *
 * @param port a port of this machine
 * @param path the path of every request
 * @param connections the number of connections, each with one request at a time
 */
public record Target(int port, String path, int connections) {}
