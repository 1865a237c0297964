package dev.greenlet.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Finds the ends of the responses of a connection, and their status, byte by byte. */
final class ResponseParser {
  private static final String LENGTH = "content-length:";
  private static final String CHUNKED = "transfer-encoding: chunked";

  private final byte[] line = new byte[8 * 1024];
  private State state = State.STATUS;
  private int lineLength;
  private int status;
  private long bodyBytes;
  private boolean chunked;

  private enum State {
    STATUS,
    HEADER,
    BODY,
    CHUNK_SIZE,
    CHUNK,
    TRAILER
  }

  /** Takes the next byte; whether a response ends with it. */
  boolean accept(byte next) {
    return switch (state) {
      case BODY -> --bodyBytes == 0 && end();
      case CHUNK -> {
        if (--bodyBytes == 0) {
          state = State.CHUNK_SIZE;
        }
        yield false;
      }
      case STATUS, HEADER, CHUNK_SIZE, TRAILER -> acceptQueued(next);
    };
  }

  /** Returns the status of the response that has just ended. */
  int status() {
    return status;
  }

  private boolean acceptQueued(byte next) {
    if (next != '\n') {
      line[lineLength++] = next;
      return false;
    }
    int length = lineLength > 0 && line[lineLength - 1] == '\r' ? lineLength - 1 : lineLength;
    lineLength = 0;
    return acceptLine(length);
  }

  private boolean acceptLine(int length) {
    switch (state) {
      case STATUS -> {
        status = Integer.parseInt(text(9, 12));
        state = State.HEADER;
      }
      case HEADER -> {
        if (length == 0) {
          return endHeaders();
        }
        acceptHeader(length);
      }
      case CHUNK_SIZE -> {
        long size = Long.parseLong(text(0, length), 16);
        bodyBytes = size + 2; // with the line break after it
        state = size == 0 ? State.TRAILER : State.CHUNK;
      }
      case TRAILER -> {
        return length == 0 && end();
      }
      case BODY, CHUNK -> throw new IllegalStateException("No line is expected in a body");
    }
    return false;
  }

  private void acceptHeader(int length) {
    // Only these two begin with the letters c and t, and most headers need not be decoded.
    if (line[0] != 'c' && line[0] != 'C' && line[0] != 't' && line[0] != 'T') {
      return;
    }
    String header = text(0, length).toLowerCase(Locale.ROOT);
    if (header.startsWith(LENGTH)) {
      bodyBytes = Long.parseLong(header.substring(LENGTH.length()).trim());
    } else if (header.equals(CHUNKED)) {
      chunked = true;
    }
  }

  private boolean endHeaders() {
    if (chunked) {
      state = State.CHUNK_SIZE;
      return false;
    }
    state = State.BODY;
    return bodyBytes == 0 && end();
  }

  private boolean end() {
    state = State.STATUS;
    bodyBytes = 0;
    chunked = false;
    return true;
  }

  private String text(int from, int to) {
    return new String(line, from, to - from, StandardCharsets.US_ASCII);
  }
}
