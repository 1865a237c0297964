package dev.greenlet.spring.http;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/**
 * A request body whose writes are switch points. A kill cancels a write, but is not thrown from it.
 */
final class SwitchingOutputStream extends FilterOutputStream {
  private final ExchangeSwitchPoints waits;

  SwitchingOutputStream(OutputStream out, ExchangeSwitchPoints waits) {
    super(out);
    this.waits = waits;
  }

  @Override
  public void write(int b) throws IOException {
    waits.continueExchange(() -> out.write(b));
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length > 0) {
      waits.continueExchange(() -> out.write(bytes, offset, length));
    }
  }

  @Override
  public void flush() throws IOException {
    waits.continueExchange(out::flush);
  }

  @Override
  public void close() throws IOException {
    waits.continueExchange(out::close);
  }
}
