package dev.greenlet.spring.http;

import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A request body whose writes are switch points that let a kill wait. */
final class SwitchingOutputStream extends FilterOutputStream {
  private final WaitReason reason;

  SwitchingOutputStream(OutputStream out, WaitReason reason) {
    super(out);
    this.reason = reason;
  }

  @Override
  public void write(int b) throws IOException {
    SwitchPoint wait = SwitchPoint.enterToCleanUp(reason);
    try {
      out.write(b);
    } finally {
      wait.close();
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    SwitchPoint wait = SwitchPoint.enterToCleanUp(reason);
    try {
      out.write(bytes, offset, length);
    } finally {
      wait.close();
    }
  }

  @Override
  public void flush() throws IOException {
    SwitchPoint wait = SwitchPoint.enterToCleanUp(reason);
    try {
      out.flush();
    } finally {
      wait.close();
    }
  }

  @Override
  public void close() throws IOException {
    SwitchPoint wait = SwitchPoint.enterToCleanUp(reason);
    try {
      out.close();
    } finally {
      wait.close();
    }
  }
}
