package dev.greenlet.bench.report;

import com.fasterxml.jackson.annotation.JsonValue;

/** What is asked of every mode, and by how many connections. */
public enum Workload {
  EMPTY("empty", "/empty", 256, "an empty handler"),
  SELECT_1("select-1", "/select", 1000, "`select 1` through a pool of 10 connections"),
  HTTP_100MS("http-100ms", "/http", 1000, "an HTTP call that is answered after 100 ms");

  /** How long the stub waits before it answers. */
  public static final int STUB_MILLIS = 100;

  private final String id;
  private final String path;
  private final int connections;
  private final String title;

  Workload(String id, String path, int connections, String title) {
    this.id = id;
    this.path = path;
    this.connections = connections;
    this.title = title;
  }

  /** Returns the name in commands and results. */
  @JsonValue
  public String id() {
    return id;
  }

  /** Returns the path of its handler. */
  public String path() {
    return path;
  }

  /** Returns the number of connections that ask at once. */
  public int connections() {
    return connections;
  }

  /** Returns what the handler does. */
  public String title() {
    return title;
  }
}
