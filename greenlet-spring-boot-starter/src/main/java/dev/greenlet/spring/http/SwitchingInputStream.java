package dev.greenlet.spring.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** A response body whose reads are switch points. The end of an aborted body is a failure. */
final class SwitchingInputStream extends FilterInputStream {
  private final ExchangeSwitchPoints waits;

  SwitchingInputStream(InputStream in, ExchangeSwitchPoints waits) {
    super(in);
    this.waits = waits;
  }

  @Override
  public int read() throws IOException {
    return waits.read(() -> endOrMore(in.read()));
  }

  /** Returns 0 for an empty array at once, where some clients would wait for the next part. */
  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    return length == 0 ? 0 : waits.read(() -> endOrMore(in.read(bytes, offset, length)));
  }

  private int endOrMore(int read) throws IOException {
    if (read < 0) {
      waits.abort().failIfAborted();
    }
    return read;
  }

  @Override
  public long skip(long count) throws IOException {
    return waits.read(() -> in.skip(count));
  }

  @Override
  public void close() throws IOException {
    waits.end(in::close);
  }
}
