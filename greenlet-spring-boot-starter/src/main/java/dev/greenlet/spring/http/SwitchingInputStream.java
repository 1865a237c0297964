package dev.greenlet.spring.http;

import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A response body whose reads are switch points. */
final class SwitchingInputStream extends FilterInputStream {
  private final WaitReason reason;

  SwitchingInputStream(InputStream in, WaitReason reason) {
    super(in);
    this.reason = reason;
  }

  @Override
  public int read() throws IOException {
    SwitchPoint wait = SwitchPoint.enter(reason);
    try {
      return in.read();
    } finally {
      wait.close();
    }
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    SwitchPoint wait = SwitchPoint.enter(reason);
    try {
      return in.read(bytes, offset, length);
    } finally {
      wait.close();
    }
  }

  @Override
  public long skip(long count) throws IOException {
    SwitchPoint wait = SwitchPoint.enter(reason);
    try {
      return in.skip(count);
    } finally {
      wait.close();
    }
  }

  @Override
  public void close() throws IOException {
    SwitchPoint wait = SwitchPoint.enterToCleanUp(reason);
    try {
      in.close();
    } finally {
      wait.close();
    }
  }
}
