from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workforce", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="course",
            name="is_programme_training",
            field=models.BooleanField(default=False),
        ),
    ]
