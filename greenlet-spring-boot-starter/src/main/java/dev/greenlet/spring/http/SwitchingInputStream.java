package dev.greenlet.spring.http;

import dev.greenlet.BlockingCall;
import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A response body whose reads are switch points. */
final class SwitchingInputStream extends FilterInputStream {
  private final WaitReason reason;
  private final AbortMeans means;

  SwitchingInputStream(InputStream in, WaitReason reason, AbortMeans means) {
    super(in);
    this.reason = reason;
    this.means = means;
  }

  @Override
  public int read() throws IOException {
    return await(in::read);
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return await(() -> in.read(bytes, offset, length));
  }

  @Override
  public long skip(long count) throws IOException {
    return await(() -> in.skip(count));
  }

  private <T> T await(BlockingCall<T, IOException> read) throws IOException {
    SwitchPoint wait = SwitchPoint.enter(reason);
    AbortMeans.Abort abort = means.begin(wait);
    try {
      return read.call();
    } catch (Throwable failure) {
      wait.failed(failure);
      throw failure;
    } finally {
      wait.close();
      abort.close();
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
