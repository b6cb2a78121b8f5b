using System.Diagnostics;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Wuwei.Gateway.Routing;

/// <summary>
/// Files of records and of evidence are larger than any other body, and what the service has to say of one may come before its end. The client of a
/// proxy hears nothing while it sends, and the service that has answered closes: the sender would be told 502. So a service is asked
/// before it is sent the file, and a sender's time, the same in both places (<see cref="ServiceDefaults.FileLimits"/>), begins here and is
/// over here first.
/// </summary>
internal static class Uploads
{
    public static bool IsOne(HttpRequest request) =>
        request.Path.Value is { } path && path.StartsWith("/api/", StringComparison.Ordinal)
        && (path.EndsWith("/imports", StringComparison.Ordinal) || path.EndsWith("/evidence", StringComparison.Ordinal));

    /// <summary>A service that has no place for a file, or will not have it from this caller, says so before it comes.</summary>
    public static void Apply(TransformBuilderContext context) => context.AddRequestTransform(request =>
    {
        if (IsOne(request.HttpContext.Request))
        {
            request.ProxyRequest.Headers.ExpectContinue = true;
        }

        return ValueTask.CompletedTask;
    });

    /// <summary>A file that has not come after some time is 408.</summary>
    public static Task InTimeAsync(HttpContext http, RequestDelegate next, TimeSpan time)
    {
        if (IsOne(http.Request))
        {
            http.Request.Body = new TimedBody(http.Request.Body, time);
        }

        return next(http);
    }

    /// <summary>
    /// A body that can be read until its sender's time is over. Looked at before each read, none is broken off: who sends nothing at
    /// all is cut off by the server, and what has been refused is read to its end by it for a while, so that the sender hears of it.
    /// </summary>
    private sealed class TimedBody(Stream body, TimeSpan time) : Stream
    {
        private readonly long _began = Stopwatch.GetTimestamp();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Stopwatch.GetElapsedTime(_began) < time
                ? body.ReadAsync(buffer, cancellationToken)
                : throw new BadHttpRequestException("The file did not come in time.", StatusCodes.Status408RequestTimeout);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Flush()
        {
            // Nothing is written.
        }
    }
}
